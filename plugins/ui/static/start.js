// Forms that start a DAG: «Запустить импорт» and others. Asks Airflow's own API, as the person logged in, and follows the run until it ends.
"use strict";

const POLL_MILLISECONDS = 1500;
const WATCH_RUNNING_MILLISECONDS = 4000;
const WATCH_MILLISECONDS = 15000;
const LOST_AFTER = 20; // polls in a row without an answer
const WAITING = { queued: "в очереди", running: "идёт" };

async function call(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  if (!response.ok) {
    throw Object.assign(new Error(await reason(response)), { passes: response.status >= 500 });
  }
  return response.json();
}

async function reason(response) {
  if (response.status === 401) return "вход в Airflow истёк: обновите страницу";
  if (response.status === 403) return "нет права запускать этот DAG";
  if (response.status === 404) return "Airflow не знает этого DAG";
  try {
    const { detail } = await response.json();
    return typeof detail === "string" ? detail : JSON.stringify(detail);
  } catch {
    return `ответ ${response.status}`;
  }
}

function say(form, text, runs = []) {
  const line = form.querySelector(".progress");
  line.replaceChildren(text);
  for (const run of runs) {
    const link = document.createElement("a");
    link.href = run.link;
    link.textContent = "отчёт";
    line.append(` ${runs.length > 1 ? `${run.source}: ` : ""}${run.words}${run.counted ? ` (${run.counted})` : ""}, `, link, ".");
  }
}

async function follow(form, api, id, dry) {
  const address = `${api}/dagRuns/${encodeURIComponent(id)}`;
  const { is_paused: paused } = await patiently(api);
  for (;;) {
    const { state } = await patiently(address);
    const runs = await patiently(`dag-run.json?run_id=${encodeURIComponent(id)}`);
    if (!(state in WAITING)) {
      const work = form.dataset.work;
      const done = dry ? "Пробный запуск закончен, ничего не изменено:" : `${work} закончен:`;
      return say(form, state === "success" ? done : runs.length ? `${work} не удался:` : `${work} не удался, причина в журнале задачи.`, runs);
    }
    say(form, paused ? "Запуск создан, но DAG приостановлен: включите его в Airflow." : `Запуск начат: ${WAITING[state]}…`);
    await pause();
  }
}

// The run goes on without us: an answer that did not come says nothing about it. What the server refuses, it refuses.
async function patiently(address) {
  for (let lost = 1; ; lost += 1) {
    try {
      return await call(address);
    } catch (error) {
      if (!(error instanceof TypeError || error.passes)) throw error;
      if (lost === LOST_AFTER) throw new Error("Airflow не отвечает; запуск идёт без этой страницы, обновите её позже");
      await pause();
    }
  }
}

// Nobody looks at a hidden page, so it asks nothing.
async function pause(milliseconds = POLL_MILLISECONDS) {
  await new Promise((resume) => setTimeout(resume, milliseconds));
  while (document.hidden) {
    await new Promise((resume) => document.addEventListener("visibilitychange", resume, { once: true }));
  }
}

// Bring the table up to date, whoever started what; the forms stay, with what the person ticked in them.
async function refresh() {
  const response = await fetch(window.location.href, { credentials: "same-origin" });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  renew(document.getElementById("unchosen"), fresh.getElementById("unchosen"));
  const rows = new Map([...fresh.querySelectorAll("tr[data-row]")].map((row) => [row.dataset.row, row]));
  for (const row of document.querySelectorAll("tr[data-row]")) {
    const same = rows.get(row.dataset.row);
    if (!same) continue;
    for (const cell of [...same.cells].slice(0, -1)) {
      renew(row.cells[cell.cellIndex], cell);
    }
  }
}

function renew(shown, fresh) {
  if (shown && fresh && shown.innerHTML !== fresh.innerHTML) shown.innerHTML = fresh.innerHTML;
}

async function watch() {
  for (;;) {
    const isRunning = document.querySelector("table.sources .state-running") !== null;
    await pause(isRunning ? WATCH_RUNNING_MILLISECONDS : WATCH_MILLISECONDS);
    await refresh().catch(() => {}); // an answer that did not come is asked for again
  }
}

// What the form asks for, by the names of the DAG's Params; what is left empty is as the DAG has it.
function asked(form) {
  const filled = [...new FormData(form)].filter(([, value]) => value !== "");
  return Object.fromEntries(filled.map(([name, value]) => [name, value === "on" ? true : value]));
}

// Fields of another mode than the chosen one are switched off, and thereby hidden and not sent.
function suit(form) {
  const mode = new FormData(form).get("mode");
  for (const fields of form.querySelectorAll("fieldset[data-modes]")) {
    fields.disabled = !fields.dataset.modes.split(" ").includes(mode);
  }
}

async function start(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  const api = form.closest("[data-api]").dataset.api;
  const conf = asked(form);
  button.disabled = true;
  say(form, "Запускаем…");
  try {
    const run = await call(`${api}/dagRuns`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ logical_date: null, conf }),
    });
    await follow(form, api, run.dag_run_id, conf.dry_run);
    await refresh();
  } catch (error) {
    say(form, `Не получилось: ${error.message}`);
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form.start")) {
  form.addEventListener("submit", start);
  form.addEventListener("change", () => suit(form));
  suit(form);
}
if (document.querySelector("table.sources")) watch();
