// The requests of late, and the way of the one that is chosen, for as long as it goes on.
"use strict";

/** How often the page looks, in milliseconds. */
const PACE = 1000;
/** How many requests it lists. */
const LIMIT = 200;

const [list, flow, state, filter] = ["requests", "flow", "state", "filter"].map((id) =>
  document.getElementById(id),
);
let arrivals = [];
let player = null;

const chosen = () => decodeURIComponent(location.hash.slice(1));

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** The first eight digits of an id are enough to know it by. */
const brief = (name) => name.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/g, "$1…");

/** A line of the list. The same request keeps its element, so that the focus stays on it. */
function item(arrival) {
  const id = `request-${arrival.request_id}`;
  const made = document.getElementById(id) ?? make("li", "", { id });
  const link = make("a", "", { href: `#${encodeURIComponent(arrival.request_id)}` });
  if (arrival.request_id === chosen()) link.setAttribute("aria-current", "true");
  const outcome = make("span", "outcome", arrival.outcome ?? "…");
  outcome.classList.toggle("is-bad", Number(arrival.outcome) >= 400);
  const at = new Date(arrival.at_us / 1000).toLocaleTimeString();
  const took = arrival.duration_us === null ? "" : milliseconds(arrival.duration_us);
  link.append(
    outcome,
    make("span", "name", brief(arrival.name), { title: arrival.name }),
    make("span", "at", at),
    make("span", "lane", [arrival.lane, took].filter(Boolean).join(" · ")),
  );
  if (made.firstChild?.outerHTML !== link.outerHTML) {
    const focused = made.contains(document.activeElement);
    made.replaceChildren(link);
    if (focused) link.focus();
  }
  return made;
}

function draw() {
  const wanted = filter.value.toLowerCase();
  const says = (one) =>
    `${one.outcome} ${one.lane} ${one.name} ${one.request_id}`.toLowerCase().includes(wanted);
  const shown = arrivals.filter(says).map(item);
  // What is in its place stays untouched, and keeps the focus.
  shown.forEach((it, n) => {
    if (list.children[n] !== it) list.insertBefore(it, list.children[n] ?? null);
  });
  while (list.children.length > shown.length) list.lastChild.remove();
}

async function show(request_id) {
  if (!request_id) return;
  const walk = await ask(`flows/${encodeURIComponent(request_id)}/walk`);
  if (request_id !== chosen()) return;
  if (player?.walk.request_id === request_id) return player.update(walk);
  player?.pause();
  player = new FlowPlayer(walk);
  flow.replaceChildren(player.element);
}

async function look() {
  try {
    arrivals = await ask(`flows?limit=${LIMIT}`);
    draw();
    if (chosen() !== player?.walk.request_id || !player?.walk.settled) await show(chosen());
    state.textContent = arrivals.length ? "Live." : "No request yet.";
  } catch (error) {
    state.textContent = `The cloud does not answer: ${error.message}`;
  }
}

async function watch() {
  if (!document.hidden) await look();
  setTimeout(watch, PACE);
}

filter.addEventListener("input", draw);
addEventListener("hashchange", look);
document.addEventListener("visibilitychange", look);
watch();
