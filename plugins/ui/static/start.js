// The button «Запустить импорт»: asks Airflow's own API, as the person logged in, and follows the run until it ends.
"use strict";

const POLL_MILLISECONDS = 1500;
const WAITING = { queued: "в очереди", running: "идёт" };

async function call(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  if (!response.ok) {
    throw new Error(await reason(response));
  }
  return response.json();
}

async function reason(response) {
  if (response.status === 401) return "вход в Airflow истёк: обновите страницу";
  if (response.status === 403) return "нет права запускать импорт";
  if (response.status === 404) return "Airflow не знает DAG deal_import";
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
    line.append(` ${run.words}${run.counted ? ` (${run.counted})` : ""}, `, link, ".");
  }
}

async function follow(form, api, id) {
  const address = `${api}/dagRuns/${encodeURIComponent(id)}`;
  const { is_paused: paused } = await call(api);
  for (;;) {
    const { state } = await call(address);
    const runs = await call(`dag-run.json?run_id=${encodeURIComponent(id)}`);
    if (!(state in WAITING)) {
      return say(form, state === "success" ? "Импорт закончен:" : runs.length ? "Импорт не удался:" : "Импорт не удался, причина в журнале задачи.", runs);
    }
    say(form, paused ? "Запуск создан, но DAG приостановлен: включите его в Airflow." : `Запуск начат: ${WAITING[state]}…`);
    await new Promise((resume) => setTimeout(resume, POLL_MILLISECONDS));
  }
}

// Bring the other cells of the source's row up to date; what the person ticked stays.
async function refresh(form) {
  const response = await fetch(window.location.href, { credentials: "same-origin" });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const sameForm = [...fresh.querySelectorAll("form.start")].find((other) => other.dataset.source === form.dataset.source);
  if (!sameForm) return;
  const cells = form.closest("tr").cells;
  for (const cell of [...sameForm.closest("tr").cells].slice(0, -1)) {
    cells[cell.cellIndex].innerHTML = cell.innerHTML;
  }
}

async function start(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  const api = form.closest("[data-api]").dataset.api;
  const conf = { source: form.dataset.source, dry_run: form.dry_run.checked, allow_shrink: form.allow_shrink.checked };
  button.disabled = true;
  say(form, "Запускаем…");
  try {
    const run = await call(`${api}/dagRuns`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ logical_date: null, conf }),
    });
    await follow(form, api, run.dag_run_id);
    await refresh(form);
  } catch (error) {
    say(form, `Не получилось: ${error.message}`);
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form.start")) {
  form.addEventListener("submit", start);
}
