// «Сопоставление»: statuses moved between containers, by mouse, keyboard or lists; what it would change is asked after every move. Nothing is saved.
"use strict";

const WAIT_MILLISECONDS = 150; // after the last change
const MOST_UNDONE = 100;
const MARKERS = { success: "Завершенная сделка", refusal: "Отказ", return: "Возврат", pause: "Пауза в обработке" };
const SIGNS = { RUB: "₽", USD: "$", EUR: "€", UAH: "₴", KZT: "₸", BYN: "Br" };
const UNMAPPED = "Не сопоставлены";
const page = document.getElementById("mapping");
const part = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat("ru");
const cents = new Intl.NumberFormat("ru", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

let data; // what the page began with
let shown; // { funnels, backfill }: the mapping that is being made
let answer = null; // figures of it
let before = null; // figures of the mapping the page began with
let undone = []; // mappings before each change
let asked = 0; // how often the preview was asked: the newest answer wins
let timer = null;
let moving = null; // { status } or { funnel, container }: what is being dragged

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const copyOf = (value) => JSON.parse(JSON.stringify(value));
const money = (amount) => `${cents.format(amount)}${data.currency ? `\u00a0${SIGNS[data.currency] ?? data.currency}` : ""}`;
const allContainers = () => shown.funnels.flatMap((funnel) => funnel.containers.map((container) => ({ funnel, container })));
const placeOf = (key) => allContainers().find(({ container }) => container.statuses.includes(key));
const statusOf = (key) => data.pipelines.flatMap((pipeline) => pipeline.statuses).find((status) => status.key === key);
const nameOf = (key) => statusOf(key)?.name ?? key;
const pipelineOf = (key) => data.pipelines.find((pipeline) => pipeline.statuses.some((status) => status.key === key));
const idOf = (funnel, container) => JSON.stringify([funnel.id, container.id]);

// ---- changes: each keeps the mapping before it, draws the new one and asks what it comes to

function change(words, act) {
  const kept = copyOf(shown);
  if (act() === false) return;
  if (JSON.stringify(kept) === JSON.stringify(shown)) return;
  undone = [...undone.slice(1 - MOST_UNDONE), kept];
  told = words;
  draw();
  ask();
}

let told = ""; // what the last change was, said together with what it came to

function moveStatus(key, target) {
  const where = target ? `в «${target.container.title}»` : `в «${UNMAPPED}»`;
  change(`«${nameOf(key)}» ${where}`, () => {
    for (const { container } of allContainers()) {
      container.statuses = container.statuses.filter((each) => each !== key);
    }
    if (target) target.container.statuses.push(key);
  });
}

function moveContainer(funnel, container, place) {
  const from = funnel.containers.indexOf(container);
  const to = Math.max(0, Math.min(place, funnel.containers.length - 1));
  change(`«${container.title}» теперь ${to + 1}-й из ${funnel.containers.length}`, () => {
    funnel.containers.splice(from, 1);
    funnel.containers.splice(to, 0, container);
  });
}

// A marker is on one container of a funnel: the one that had it loses it.
function mark(funnel, container, marker) {
  const last = marker && funnel.containers.find((each) => each.marker === marker && each !== container);
  const taken = last ? `, маркер снят с «${last.title}»` : "";
  change(`«${container.title}»: ${marker ? MARKERS[marker] : "без маркера"}${taken}`, () => {
    if (last) last.marker = null;
    container.marker = marker || null;
  });
}

function rename(thing, title) {
  const name = title.trim();
  if (name) change(`теперь «${name}»`, () => { thing.title = name; });
  else draw();
}

function addContainer(funnel) {
  change("новый контейнер", () => {
    const ids = new Set(funnel.containers.map((container) => container.id));
    let number = funnel.containers.length + 1;
    while (ids.has(`step_${number}`)) number += 1;
    funnel.containers.push({ id: `step_${number}`, title: `Этап ${number}`, marker: null, statuses: [] });
  });
  document.querySelector(`[data-focus="${CSS.escape(`title ${idOf(funnel, funnel.containers.at(-1))}`)}"]`)?.select();
}

function removeContainer(funnel, container) {
  change(`«${container.title}» убран, его статусы не сопоставлены`, () => {
    funnel.containers.splice(funnel.containers.indexOf(container), 1);
  });
}

function undo() {
  if (!undone.length) return;
  shown = undone.at(-1);
  undone = undone.slice(0, -1);
  told = "последнее изменение отменено";
  draw();
  ask();
}

function restore() {
  change("как в настройках", () => {
    shown = copyOf({ funnels: data.funnels, backfill: data.backfill });
  });
}

// ---- the preview

function ask() {
  clearTimeout(timer);
  timer = setTimeout(preview, WAIT_MILLISECONDS);
}

async function preview() {
  const turn = ++asked;
  const words = told;
  const months = [part("month-from").value || null, part("month-to").value || null];
  try {
    const response = await fetch(page.dataset.preview, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ funnels: shown.funnels, policies: { backfill: shown.backfill }, months }),
    });
    if (turn !== asked) return;
    if (!response.ok) throw new Error(reason(response.status));
    const found = await response.json();
    if (turn !== asked) return;
    receive(found, words, months);
  } catch (error) {
    if (turn === asked) part("said").textContent = `Цифры не посчитаны: ${error instanceof TypeError ? "нет связи" : error.message}`;
  }
}

function reason(status) {
  if (status === 401) return "вход в Airflow истёк, обновите страницу";
  if (status === 403) return "нет права смотреть запуски";
  if (status === 413) return "сопоставление слишком большое";
  return status >= 500 ? "хранилище не отвечает" : `ответ ${status}`;
}

function receive(found, words, months) {
  tellRemarks(found.remarks);
  part("yaml").value = found.yaml;
  if (!found.funnels) {
    part("said").textContent = `${words ? `${words}. ` : ""}Пока есть ошибки, цифры прежние.`;
    return;
  }
  const last = answer;
  const span = JSON.stringify(months);
  answer = found;
  answer.span = span;
  if (!before || before.span !== span) askBefore(months, span);
  draw();
  part("said").textContent = words ? sentence(words, last) : "";
  told = "";
}

// Figures of the mapping of the settings for the same months: what all others are compared with.
async function askBefore(months, span) {
  const isSame = JSON.stringify(shown) === JSON.stringify({ funnels: data.funnels, backfill: data.backfill });
  if (isSame) {
    before = answer;
    return;
  }
  const response = await fetch(page.dataset.preview, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ funnels: data.funnels, policies: { backfill: data.backfill }, months }),
  });
  if (!response.ok || answer?.span !== span) return;
  before = await response.json();
  before.span = span;
  draw();
}

// Where the marts count prices at the success, money of a preview is another: a path knows the price of now alone.
const priced = () => (data.price_basis === "at_success" ? " по нынешней сумме" : "");

// «Расчет КП: 4 120 прошли, было 3 900», of the containers that changed.
function sentence(words, last) {
  const parts = [];
  for (const { funnel, container } of allContainers()) {
    const now = figuresOf(answer, funnel.id, container.id);
    const then = figuresOf(last, funnel.id, container.id);
    if (now && then && now.passed !== then.passed) {
      parts.push(`${container.title}: ${whole.format(now.passed)} прошли, было ${whole.format(then.passed)}`);
    }
  }
  for (const funnel of shown.funnels) {
    const now = answer?.funnels.find((each) => each.id === funnel.id);
    const then = last?.funnels?.find((each) => each.id === funnel.id);
    if (now && then && now.sales_volume !== then.sales_volume) {
      parts.push(`объём продаж${priced()} ${money(now.sales_volume)}, был ${money(then.sales_volume)}`);
    }
  }
  return `${words}. ${parts.length ? `${parts.join("; ")}.` : "Цифры не изменились."}`;
}

function figuresOf(found, funnelId, containerId) {
  const funnel = found?.funnels?.find((each) => each.id === funnelId);
  return funnel?.containers.find((each) => each.id === containerId) ?? null;
}

function tellRemarks(remarks) {
  const words = { error: "Ошибка", warning: "Замечание" };
  part("remarks").replaceChildren(
    ...remarks.map((remark) => make("li", { class: `severity-${remark.level}` }, `${words[remark.level] ?? ""}: ${remark.text}`)),
  );
}

// ---- drawing: all of it anew after a change, the focus back where it was

function draw() {
  const focused = document.activeElement?.dataset?.focus;
  part("statuses").replaceChildren(...drawStatuses());
  part("containers").replaceChildren(...shown.funnels.map(drawFunnel));
  part("undo").disabled = !undone.length;
  part("restore").disabled = JSON.stringify(shown) === JSON.stringify({ funnels: data.funnels, backfill: data.backfill });
  part("backfill").value = shown.backfill;
  if (focused) document.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

// All statuses of the account, pipeline by pipeline: those in a container say in which, the others stand out.
function drawStatuses() {
  const groups = data.pipelines.map((pipeline) => ({
    pipeline,
    known: pipeline.statuses.filter((status) => !status.is_gone || status.leads || placeOf(status.key)),
  })).filter(({ known }) => known.length).map(({ pipeline, known }) =>
    make("section", { class: "pipeline" },
      make("h3", {}, pipeline.name, pipeline.is_archive ? make("span", { class: "chip off" }, "в архиве") : null),
      make("ul", { role: "list" }, ...known.map((status) => drawStatus(status, placeOf(status.key), true)))));
  const drop = dropping({}, (dragged) => dragged.status && moveStatus(dragged.status, null), (dragged) => "status" in dragged);
  return [make("div", { class: "drop all-statuses", ...drop }, make("h2", {}, "Статусы amoCRM"), make("p", { class: "faint" }, leftOut()), ...groups)];
}

// How many leads the mapping leaves out; leads that have left their funnel still count in it.
function leftOut() {
  const missing = data.pipelines.flatMap((pipeline) => pipeline.statuses).filter((status) => !placeOf(status.key) && !status.is_gone);
  if (!missing.length) return "Все статусы разложены.";
  const words = `Не сопоставлено: ${counted(missing.length, "статус", "статуса", "статусов")}`;
  if (!answer?.unmapped?.now_unmapped) return `${words}, сделок в них сейчас нет.`;
  const never = answer.unmapped.leads ? `, из всех сделок ни в одной воронке не бывали ${whole.format(answer.unmapped.leads)}` : "";
  return `${words}, в них сейчас ${counted(answer.unmapped.now_unmapped, "сделка", "сделки", "сделок")}${never}.`;
}

function counted(number, one, few, many) {
  const form = { one, few }[new Intl.PluralRules("ru").select(number)] ?? many;
  return `${whole.format(number)} ${form}`;
}

function drawStatus(status, place, isLeft = false) {
  const leads = status.leads ? whole.format(status.leads) : "0";
  const side = isLeft ? "left " : "";
  const name = status.is_gone ? make("del", { title: "Статуса в amoCRM больше нет" }, status.name) : make("span", {}, status.name);
  if (isLeft && place) name.append(make("span", { class: "placed-in" }, ` → ${place.container.title}`));
  const list = make("select", { class: "where", "aria-label": `${status.name}: контейнер`, "data-focus": `${side}where ${status.key}`,
    onchange: (event) => choose(status.key, event.target.value, side), onblur: (event) => event.target.classList.remove("open") },
  make("option", { value: "" }, UNMAPPED),
  ...allContainers().map(({ funnel, container }) => make("option",
    { value: idOf(funnel, container), selected: container === place?.container },
    shown.funnels.length > 1 ? `${funnel.title}: ${container.title}` : container.title)));
  return make("li", { class: `status${place ? " placed" : " free"}${status.leads && !place ? " has-leads" : ""}`, draggable: "true", "data-status": status.key,
    ondragstart: (event) => startDrag(event, { status: status.key }), ondragend: endDrag },
  make("span", { class: "handle", "aria-hidden": "true" }, "⠿"),
  make("button", { type: "button", class: "status-name", "data-focus": `${side}status ${status.key}`, title: "Перетащите, или нажмите Enter и выберите контейнер",
    onclick: () => openList(list) }, name, make("span", { class: "count", title: "сделок сейчас" }, leads)), list);
}

function openList(list) {
  list.classList.add("open");
  list.focus();
  try {
    list.showPicker?.();
  } catch {
    // The list has the focus: arrows choose.
  }
}

function choose(key, value, side) {
  const target = allContainers().find(({ funnel, container }) => idOf(funnel, container) === value);
  moveStatus(key, target ?? null);
  const names = [`${side}status ${key}`, `left status ${key}`].map((name) => document.querySelector(`[data-focus="${CSS.escape(name)}"]`));
  names.find((each) => each)?.focus();
}

function drawFunnel(funnel) {
  const figures = answer?.funnels?.find((each) => each.id === funnel.id);
  const then = before?.funnels?.find((each) => each.id === funnel.id);
  return make("section", { class: "funnel-draft" },
    make("div", { class: "line" },
      make("input", { type: "search", class: "wide funnel-title", value: funnel.title, maxlength: 200, "aria-label": "Название воронки",
        "data-focus": `funnel ${funnel.id}`, onchange: (event) => rename(funnel, event.target.value) })),
    make("dl", { class: "funnel-sums" },
      ...sum("Сделки", figures?.leads, then?.leads, whole.format),
      ...sum("Завершены", figures?.successes, then?.successes, whole.format),
      ...sum("Отказы", figures?.refusals, then?.refusals, whole.format),
      ...sum(`Объём продаж${priced()}`, figures?.sales_volume, then?.sales_volume, money),
      ...sum(`Возвраты${priced()}`, figures?.returned_amount, then?.returned_amount, money)),
    make("ol", { class: "draft" }, ...funnel.containers.map((container, place) => drawContainer(funnel, container, place))),
    make("button", { type: "button", "data-focus": `add ${funnel.id}`, onclick: () => addContainer(funnel) }, "Добавить контейнер"));
}

const sum = (title, now, then, write) => [make("dt", {}, title), make("dd", {}, ...compared(now, then, write))];

// «3 900 → 4 120»: the arrow and hidden words tell it without colours.
function compared(now, then, write) {
  if (now === undefined || now === null) return ["—"];
  if (then === undefined || then === null || String(then) === String(now)) return [make("b", {}, write(now))];
  const sign = Number(now) > Number(then) ? "▲" : "▼";
  return [make("span", { class: "visually-hidden" }, "было "), make("span", { class: "faint" }, write(then)),
    " → ", make("span", { class: "visually-hidden" }, "стало "), make("b", { class: Number(now) > Number(then) ? "more-now" : "less-now" }, `${write(now)} ${sign}`)];
}

function drawContainer(funnel, container, place) {
  const figures = figuresOf(answer, funnel.id, container.id);
  const then = figuresOf(before, funnel.id, container.id);
  const id = idOf(funnel, container);
  const accepts = (dragged) => "status" in dragged || dragged.funnel === funnel;
  const drop = dropping({}, (dragged) => (dragged.status
    ? moveStatus(dragged.status, { funnel, container })
    : moveContainer(funnel, dragged.container, place)), accepts);
  const step = (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    moveContainer(funnel, container, place + (event.key === "ArrowUp" ? -1 : 1));
  };
  const marker = make("select", { "aria-label": `${container.title}: маркер`, "data-focus": `marker ${id}`, onchange: (event) => mark(funnel, container, event.target.value) },
    make("option", { value: "" }, "без маркера"),
    ...Object.entries(MARKERS).map(([key, text]) => make("option", { value: key, selected: container.marker === key }, text)));
  return make("li", { ...drop, class: `drop container marker-${container.marker ?? "none"}`, "data-container": container.id, onkeydown: step },
    make("div", { class: "container-head" },
      make("span", { class: "handle place", draggable: "true", title: "Перетащите, чтобы переставить", ondragstart: (event) => startDrag(event, { funnel, container }), ondragend: endDrag }, `⠿ ${place + 1}.`),
      make("input", { type: "search", class: "container-title", value: container.title, maxlength: 200, "aria-label": `Название контейнера ${place + 1}, Alt и стрелки переставляют`,
        "data-focus": `title ${id}`, onchange: (event) => rename(container, event.target.value) }),
      marker,
      button("▲", `Выше: ${container.title}`, `up ${id}`, place === 0, () => moveContainer(funnel, container, place - 1)),
      button("▼", `Ниже: ${container.title}`, `down ${id}`, place === funnel.containers.length - 1, () => moveContainer(funnel, container, place + 1)),
      button("✕", `Убрать: ${container.title}`, `remove ${id}`, false, () => removeContainer(funnel, container))),
    make("ul", { role: "list" }, ...container.statuses.map((key) => drawStatus(withPipeline(key), { funnel, container }))),
    container.statuses.length ? null : make("p", { class: "faint" }, "Статусов нет: перенесите сюда хотя бы один."),
    make("dl", { class: "figures" },
      ...sum("прошли", figures?.passed, then?.passed, whole.format),
      ...sum("были", figures?.visited, then?.visited, whole.format),
      ...sum("подразумевается", figures?.implied, then?.implied, whole.format),
      ...sum("сейчас", figures?.here, then?.here, whole.format),
      ...(container.marker === "success" ? sum(`объём продаж${priced()}`, figures?.sales_volume, then?.sales_volume, money) : [])));
}

// In a container a status needs its pipeline's name when there are several.
function withPipeline(key) {
  const status = statusOf(key) ?? { key, name: key, is_gone: true, leads: 0 };
  const pipeline = pipelineOf(key);
  return data.pipelines.length > 1 && pipeline ? { ...status, name: `${status.name} · ${pipeline.name}` } : status;
}

function button(text, words, focus, disabled, act) {
  return make("button", { type: "button", class: "small", "aria-label": words, title: words, "data-focus": focus, disabled, onclick: act }, text);
}

// ---- dragging

function startDrag(event, dragged) {
  moving = dragged;
  const whole = event.target.closest("li");
  if (whole) event.dataTransfer.setDragImage(whole, 8, 8);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.status ?? dragged.container.id);
  event.stopPropagation();
}

function endDrag() {
  moving = null;
  for (const each of document.querySelectorAll(".dragover")) each.classList.remove("dragover");
}

function dropping(attributes, act, accepts) {
  return {
    ...attributes,
    ondragover: (event) => {
      if (!moving || !accepts(moving)) return;
      event.preventDefault();
      event.currentTarget.classList.add("dragover");
    },
    ondragleave: (event) => {
      if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.classList.remove("dragover");
    },
    ondrop: (event) => {
      if (!moving || !accepts(moving)) return;
      event.preventDefault();
      const dragged = moving;
      endDrag();
      act(dragged);
    },
  };
}

// ---- YAML

// Where the frame refuses the clipboard, the text is selected instead.
async function copyYaml() {
  const text = part("yaml");
  try {
    await navigator.clipboard.writeText(text.value);
    part("copied").textContent = "Скопировано";
  } catch {
    text.focus();
    text.select();
    part("copied").textContent = "Текст выделен: нажмите Ctrl+C";
  }
}

async function begin() {
  const response = await fetch(page.dataset.source, { credentials: "same-origin" });
  if (!response.ok) throw new Error(reason(response.status));
  data = await response.json();
  shown = copyOf({ funnels: data.funnels, backfill: data.backfill });
  part("beginning").hidden = !data.is_starter;
  part("undo").addEventListener("click", undo);
  part("restore").addEventListener("click", restore);
  part("copy").addEventListener("click", copyYaml);
  part("backfill").addEventListener("change", (event) => change("правило этапов изменено", () => { shown.backfill = event.target.value; }));
  for (const id of ["month-from", "month-to"]) part(id).addEventListener("change", ask);
  part("loading").hidden = true;
  page.hidden = false;
  draw();
  await preview();
}

if (page) {
  begin().catch((error) => {
    part("loading").textContent = `Не загрузилось: ${error.message}`;
  });
}
