// Draws a walk, as `Flow::walk` tells it, and steps through it.
//
// A row is a step: on the left the lanes, with an arrow from one to another; on the right what
// happened. Below is everything that is known of the step one stands on.
"use strict";

class FlowPlayer {
  /** What happens at each seam: the words of `nova_objects::hop::Kind`. */
  static KINDS = {
    http: "An HTTP request arrives.",
    urlmap: "A version of the API is chosen by the path.",
    filter: "A filter of the pipeline, with everything inside it.",
    route: "A controller’s method is found and run.",
    cast: "An RPC message leaves; nobody waits for an answer.",
    call: "An RPC message leaves; the answer is waited for.",
    fanout: "An RPC message leaves, to all servers of a topic.",
    rpc: "An RPC message arrives.",
    rest: "A neighbour is asked over HTTP.",
    db: "The database is asked.",
    filters: "The scheduler asks which hosts are fit.",
    weighers: "The scheduler asks which of them is best.",
    claim: "The host checks once more, and sets the resources aside.",
    driver: "The hypervisor is asked.",
    more: "So many that they are not kept.",
    answer: "The answer goes back to the client. What comes below, nobody waits for.",
  };
  /** How long each step is shown while it plays, in milliseconds. */
  static PACE = 700;

  /** `source(file)` may give `{ href, text }`: where a file is explained. */
  constructor(walk, { source = () => null } = {}) {
    this.source = source;
    this.current = -1;
    this.timer = null;
    this.element = make("figure", "flow", { tabIndex: 0 });
    this.element.setAttribute("role", "group");
    this.element.append(
      (this.caption = make("figcaption", "flow-caption")),
      (this.scroll = make("div", "flow-scroll")),
      this.controls(),
      (this.details = make("div", "flow-details")),
    );
    this.scroll.append(
      (this.heads = make("div", "flow-heads")),
      (this.rows = make("ol", "flow-steps")),
    );
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.rows.addEventListener("click", (event) => {
      const row = event.target.closest(".flow-step");
      if (row) this.go([...this.rows.children].indexOf(row));
    });
    this.update(walk);
  }

  /** Shows `walk`, which may be the same one, gone on. */
  update(walk) {
    const before = this.walk;
    this.walk = walk;
    if (before && JSON.stringify(before) === JSON.stringify(walk)) return;
    this.element.style.setProperty("--lanes", walk.lanes.length);
    this.element.setAttribute("aria-label", `${walk.title}, step by step`);
    this.caption.replaceChildren(
      make("span", "flow-title", walk.title),
      make("span", "flow-outcome", walk.outcome ?? "…"),
      make("code", "flow-id", walk.request_id),
    );
    this.heads.replaceChildren(...walk.lanes.map((lane) => make("span", "flow-head", lane)));
    this.rows.replaceChildren(...walk.steps.map((step) => this.row(step)));
    this.slider.max = walk.steps.length;
    this.go(Math.min(this.current, walk.steps.length - 1), { still: true });
  }

  row(step) {
    const lanes = this.walk.lanes;
    const [from, to] = [lanes.indexOf(step.from), lanes.indexOf(step.to)];
    const row = make("li", `flow-step is-${step.kind}`);
    row.classList.toggle("is-failed", Boolean(step.error));
    const arrow = make("i", "flow-arrow");
    arrow.classList.toggle("is-left", to < from);
    arrow.classList.toggle("is-still", to === from);
    arrow.classList.toggle("is-both", step.waits && step.from !== FlowPlayer.client(lanes));
    arrow.style.setProperty("--from", Math.min(from, to));
    arrow.style.setProperty("--span", Math.abs(to - from));
    const track = make("span", "flow-track");
    track.append(arrow);
    row.append(
      track,
      make("span", "flow-kind", step.kind),
      make("span", "flow-text", step.text),
      make("span", "flow-time", FlowPlayer.tells(step) ? milliseconds(step.duration_us) : ""),
    );
    return row;
  }

  /** The lane of whoever asked, if the walk begins there. */
  static client(lanes) {
    return lanes[0] === "client" ? "client" : null;
  }

  /** Does the time of this step tell something? That of a filter is that of all inside it. */
  static tells(step) {
    return ["http", "rpc", "call", "rest", "db", "driver"].includes(step.kind) && step.duration_us;
  }

  controls() {
    const button = (name, sign, label, act) => {
      const made = make("button", `flow-${name}`, sign, { type: "button", title: label });
      made.setAttribute("aria-label", label);
      made.addEventListener("click", act);
      return made;
    };
    this.play = button("play", "▶", "Play (space)", () => this.toggle());
    this.slider = make("input", "flow-slider", "", { type: "range", min: 0, value: 0 });
    this.slider.setAttribute("aria-label", "Step");
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value) - 1));
    this.count = make("output", "flow-count");
    const bar = make("div", "flow-controls");
    bar.append(
      button("prev", "‹", "One step back (left arrow)", () => this.go(this.current - 1)),
      this.play,
      button("next", "›", "One step on (right arrow)", () => this.go(this.current + 1)),
      this.slider,
      this.count,
    );
    return bar;
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === " " && event.target.tagName === "BUTTON") return;
    const to = {
      ArrowRight: this.current + 1,
      ArrowDown: this.current + 1,
      ArrowLeft: this.current - 1,
      ArrowUp: this.current - 1,
      Home: 0,
      End: this.walk.steps.length - 1,
    }[event.key];
    if (event.key === " ") this.toggle();
    else if (to === undefined) return;
    else this.go(to);
    // A page around it may turn its leaves with the same keys.
    event.preventDefault();
    event.stopPropagation();
  }

  /** Plays, or stops to. */
  toggle() {
    if (this.timer) return this.pause();
    if (this.current >= this.walk.steps.length - 1) this.go(-1);
    this.timer = setInterval(() => {
      if (!this.element.isConnected || this.current >= this.walk.steps.length - 1) this.pause();
      else this.go(this.current + 1, { playing: true });
    }, FlowPlayer.PACE);
    this.play.textContent = "❚❚";
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "▶";
  }

  /** Goes to the step of that number; -1 is before the first. */
  go(number, { still = false, playing = false } = {}) {
    if (this.timer && !playing && !still) this.pause();
    const { steps, lanes } = this.walk;
    this.current = Math.max(-1, Math.min(number, steps.length - 1));
    const step = steps[this.current];
    [...this.rows.children].forEach((row, at) => {
      row.classList.toggle("is-current", at === this.current);
      row.classList.toggle("is-ahead", step !== undefined && at > this.current);
      if (at === this.current) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    [...this.heads.children].forEach((head, at) => {
      head.classList.toggle("is-current", step?.from === lanes[at] || step?.to === lanes[at]);
    });
    this.slider.value = this.current + 1;
    this.count.textContent = `${this.current + 1} / ${steps.length}`;
    this.details.replaceChildren(...(step ? this.tell(step) : this.invite()));
    this.details.scrollTop = 0;
    if (step && !still) this.reveal(this.rows.children[this.current]);
  }

  /** Brings `row` into the middle of the drawing; the page around stays where it is. */
  reveal(row) {
    const room = this.scroll.clientHeight - this.heads.offsetHeight - row.offsetHeight;
    const middle = row.offsetTop - this.heads.offsetHeight - room / 2;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroll.scrollTo({ top: middle, behavior: calm ? "instant" : "smooth" });
  }

  invite() {
    const words = "Step with › or the right arrow, play with ▶ or the space bar, or choose a line.";
    return [make("p", "flow-what", words)];
  }

  /** Everything that is known of a step. */
  tell(step) {
    const fields = make("dl", "flow-fields");
    const field = (name, value) => {
      if (value === null || value === undefined || value === "") return;
      const dd = make("dd");
      dd.append(value);
      fields.append(make("dt", "", name), dd);
    };
    field("where", step.from === step.to ? step.from : `${step.from} → ${step.to}`);
    field("name", step.name);
    if (step.outcome !== step.name) field("outcome", step.outcome);
    field("error", step.error);
    const timed = this.walk.steps.some((other) => other.duration_us);
    if (timed) field("began", `after ${milliseconds(step.at_us)}`);
    if (step.duration_us) field("took", milliseconds(step.duration_us));
    field("message", step.span_id);
    field("source", this.place(step));
    const { sql, ...more } = step.data ?? {};
    field("statement", sql);
    const what = make("p", "flow-what", FlowPlayer.KINDS[step.kind] ?? step.kind);
    const decision = FlowPlayer.decision(more);
    if (decision) return [what, ...decision, fields];
    for (const [name, value] of Object.entries(more)) {
      field(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    return [what, fields];
  }

  /** Where the thing that ran is defined. */
  place(step) {
    if (!step.file) return null;
    const place = make("span");
    place.append(make("code", "", step.line ? `${step.file}:${step.line}` : step.file));
    const explained = this.source(step.file);
    if (explained) place.append(" ", make("a", "", explained.text, { href: explained.href }));
    return place;
  }

  /** What the scheduler said of each host, as a table, if that is what `data` tells. */
  static decision(data) {
    if (Array.isArray(data.filters) && Array.isArray(data.rows)) return FlowPlayer.filters(data);
    if (Array.isArray(data.rows) && data.chosen) return FlowPlayer.weighers(data);
    return null;
  }

  /** A line a host: a mark for each filter that was asked, and why the last one failed it. */
  static filters({ hosts, filters, rows }) {
    const names = filters.map((one) => one.filter);
    const lines = rows.map(({ host, passed, why }) => [
      host, "✓".repeat(passed) + (why ? "✗" : ""), why ? names[passed] : "fits", why ?? "",
    ]);
    return [
      table(["host", "asked", "failed by", "why"], lines, hosts),
      make("p", "flow-asked", `Asked in this order: ${names.join(", ")}.`),
    ];
  }

  /** A line a host: what each weigher measured, and how that counts. Those to which all hosts are
   *  the same are left out. */
  static weighers({ hosts, rows, chosen }) {
    const tells = (at) => rows.some((row) => row.scores[at].score !== chosen.scores[at].score);
    const telling = chosen.scores.map((_, at) => at).filter(tells);
    const score = ({ raw, score }) => `${raw} → ${score.toFixed(2)}`;
    const is_chosen = (row) => row.host === chosen.host && row.nodename === chosen.nodename;
    const lines = rows.map((row) => [
      row.host, ...telling.map((at) => score(row.scores[at])), row.weight.toFixed(2),
      is_chosen(row) ? "chosen" : "",
    ]);
    const names = telling.map((at) => chosen.scores[at].weigher);
    return [table(["host", ...names, "weight", ""], lines, hosts)];
  }
}

/** An element; what is in it is text, never markup. */
function make(tag, className = "", text = "", properties = {}) {
  if (typeof text === "object") [text, properties] = ["", text];
  const element = Object.assign(document.createElement(tag), properties);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function table(head, rows, hosts) {
  const made = make("table", "flow-table");
  const line = (cells, tag) => {
    const tr = make("tr");
    tr.append(...cells.map((cell) => make(tag, "", cell)));
    return tr;
  };
  made.createTHead().append(line(head, "th"));
  made.createTBody().append(...rows.map((cells) => line(cells, "td")));
  if (hosts > rows.length) made.createCaption().textContent = `and ${hosts - rows.length} more`;
  return made;
}

function milliseconds(micros) {
  return `${((micros ?? 0) / 1000).toFixed(1)} ms`;
}

// A recorded walk on a page. In the book, a source file has a chapter that explains it.
for (const recorded of document.querySelectorAll("script.flow-walk")) {
  const chapter = (file) => {
    const name = /^chapters-code\/(ch(?!00)\d\d-[a-z]+)\//.exec(file)?.[1];
    return name ? { href: `${name}.html`, text: `chapter ${Number(name.slice(2, 4))}` } : null;
  };
  const source = "book" in recorded.dataset ? chapter : undefined;
  recorded.after(new FlowPlayer(JSON.parse(recorded.textContent), { source }).element);
}
