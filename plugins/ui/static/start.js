// Forms that start a DAG: «Запустить импорт» and others. Asks Airflow's own API, as the person logged in, and follows the run until it ends.
"use strict";

const POLL_MILLISECONDS = 1500;
const WATCH_RUNNING_MILLISECONDS = 4000;
const WATCH_MILLISECONDS = 15000;
const LOST_AFTER = 20; // polls in a row without an answer
const RUSSIAN = {
  queued: "в очереди",
  running: "идёт",
  signedOut: "вход в Airflow истёк: обновите страницу",
  forbidden: "нет права запускать этот DAG",
  unknown: "Airflow не знает этого DAG",
  answer: "ответ",
  report: "отчёт",
  planned: "Пробный запуск закончен, ничего не изменено:",
  done: (work) => `${work} закончен:`,
  failed: (work) => `${work} не удался:`,
  seeTask: (work) => `${work} не удался, причина в журнале задачи.`,
  paused: "Запуск создан, но DAG приостановлен: включите его в Airflow.",
  begun: (state) => `Запуск начат: ${state}…`,
  lost: "Airflow не отвечает; запуск идёт без этой страницы, обновите её позже",
  starting: "Запускаем…",
  broken: "Не получилось",
  noNumber: (text) => `«${text}»: здесь нужны целые числа`,
};
const UKRAINIAN = {
  queued: "у черзі",
  running: "триває",
  signedOut: "вхід в Airflow застарів: оновіть сторінку",
  forbidden: "немає права запускати цей DAG",
  unknown: "Airflow не знає цього DAG",
  answer: "відповідь",
  report: "звіт",
  planned: "Пробний запуск закінчено, нічого не змінено:",
  done: (work) => `${work} закінчено:`,
  failed: (work) => `${work} не вдався:`,
  seeTask: (work) => `${work} не вдався, причина в журналі завдання.`,
  paused: "Запуск створено, але DAG призупинено: увімкніть його в Airflow.",
  begun: (state) => `Запуск почато: ${state}…`,
  lost: "Airflow не відповідає; запуск триває без цієї сторінки, оновіть її пізніше",
  starting: "Запускаємо…",
  broken: "Не вийшло",
  noNumber: (text) => `«${text}»: тут потрібні цілі числа`,
};
const WORDS = document.documentElement.lang === "uk" ? UKRAINIAN : RUSSIAN;
const WAITING = { queued: WORDS.queued, running: WORDS.running };

async function call(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  if (!response.ok) {
    throw Object.assign(new Error(await reason(response)), { passes: response.status >= 500 });
  }
  return response.json();
}

async function reason(response) {
  if (response.status === 401) return WORDS.signedOut;
  if (response.status === 403) return WORDS.forbidden;
  if (response.status === 404) return WORDS.unknown;
  try {
    const { detail } = await response.json();
    return typeof detail === "string" ? detail : JSON.stringify(detail);
  } catch {
    return `${WORDS.answer} ${response.status}`;
  }
}

function say(form, text, runs = []) {
  const line = form.querySelector(".progress");
  line.replaceChildren(text);
  for (const run of runs) {
    const link = document.createElement("a");
    link.href = run.link;
    link.textContent = WORDS.report;
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
      const done = dry ? WORDS.planned : WORDS.done(work);
      return say(form, state === "success" ? done : runs.length ? WORDS.failed(work) : WORDS.seeTask(work), runs);
    }
    say(form, paused ? WORDS.paused : WORDS.begun(WAITING[state]));
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
      if (lost === LOST_AFTER) throw new Error(WORDS.lost);
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
async function refresh(everything = true, address = window.location.href) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  renew(document.getElementById("unchosen"), fresh.getElementById("unchosen"));
  renewParts(fresh, everything);
  const rows = new Map([...fresh.querySelectorAll("tr[data-row]")].map((row) => [row.dataset.row, row]));
  for (const row of document.querySelectorAll("tr[data-row]")) {
    const same = rows.get(row.dataset.row);
    if (!same) continue;
    for (const cell of [...same.cells].slice(0, -1)) {
      renew(row.cells[cell.cellIndex], cell);
    }
  }
}

// A plan that is being read stays under the eyes of its reader while only its progress is renewed; another plan replaces it.
function renewParts(fresh, everything) {
  const [shown, latest] = [document, fresh].map((page) => page.querySelector("[data-run]")?.dataset.run);
  for (const part of fresh.querySelectorAll("[data-renew]")) {
    if (everything || shown !== latest || part.dataset.renew !== "plan") {
      renew(document.getElementById(part.id), part);
    }
  }
  const state = document.querySelector("[data-run]");
  if (state && latest) state.dataset.run = latest;
  allow();
}

function renew(shown, fresh) {
  if (shown && fresh && shown.innerHTML !== fresh.innerHTML) shown.innerHTML = fresh.innerHTML;
}

// A page that tells where its progress is to be had is read whole only when there is another plan.
async function look() {
  const address = document.querySelector("[data-watch]")?.dataset.watch;
  const before = document.querySelector("[data-run]")?.dataset.run;
  await refresh(false, address && `${address}${window.location.search}`);
  if (address && before !== document.querySelector("[data-run]")?.dataset.run) await refresh();
}

async function watch() {
  for (;;) {
    const isRunning = document.querySelector("table.sources .state-running, [data-renew] .state-running") !== null;
    await pause(isRunning ? WATCH_RUNNING_MILLISECONDS : WATCH_MILLISECONDS);
    await look().catch(() => {}); // an answer that did not come is asked for again
  }
}

// What the form asks for, by the names of the DAG's Params; what is left empty is as the DAG has it.
function asked(form) {
  const filled = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
  return Object.fromEntries(filled.map(([name, value]) => [name, value === "on" ? true : typed(form.elements[name], value)]));
}

function typed(field, value) {
  if (field.dataset?.kind === "number") return Number(value);
  if (field.dataset?.kind === "moment") return new Date(value).toISOString(); // what a clock here shows
  if (field.dataset?.kind === "lines") return lines(value);
  if (field.dataset?.kind === "numbers") return lines(value.replace(/[,;\s]/g, "\n")).map(numbered);
  return value;
}

function lines(value) {
  return value.split("\n").map((line) => line.trim()).filter(Boolean);
}

function numbered(text) {
  if (!/^\d+$/.test(text)) throw new Error(WORDS.noNumber(text));
  return Number(text);
}

// Fields of another mode than the chosen one are switched off, and thereby hidden and not sent.
function suit(form) {
  const mode = new FormData(form).get("mode");
  for (const fields of form.querySelectorAll("fieldset[data-modes]")) {
    fields.disabled = !fields.dataset.modes.split(" ").includes(mode);
  }
}

// What has been done already cannot be asked for again: the form says so. The state comes with the part that is renewed.
function allow() {
  const state = document.querySelector("[data-connection]")?.dataset.connection;
  for (const form of document.querySelectorAll("form[data-done-in]")) {
    const isDone = form.dataset.doneIn === state;
    form.querySelector(".done").hidden = !isDone;
    for (const field of form.querySelectorAll("button, input:not([type=hidden])")) field.disabled = isDone || "busy" in form.dataset;
  }
}

async function start(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  const api = form.closest("[data-api]").dataset.api;
  button.disabled = true;
  form.dataset.busy = "";
  say(form, WORDS.starting);
  try {
    const conf = asked(form);
    const run = await call(`${api}/dagRuns`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ logical_date: null, conf }),
    });
    await follow(form, api, run.dag_run_id, conf.dry_run);
    await refresh();
  } catch (error) {
    say(form, `${WORDS.broken}: ${error.message}`);
  } finally {
    button.disabled = false;
    delete form.dataset.busy;
    allow();
  }
}

for (const form of document.querySelectorAll("form.start")) {
  form.addEventListener("submit", start);
  form.addEventListener("change", () => suit(form));
  suit(form);
}
if (document.querySelector("table.sources, [data-renew]")) watch();
