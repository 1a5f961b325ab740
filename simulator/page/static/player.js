// One player: shows its state and hands on what hands do.

import { Display } from "./display.js";
import { Knob } from "./knob.js";

const CARD_COLOURS = ["#3f8fb5", "#a35fb0", "#4d9a5c", "#c4672f", "#b4506b", "#7268c0"];
const SHOWN = 20;

export class PlayerPanel {
  constructor(id) {
    const template = document.getElementById("player");
    this.element = template.content.firstElementChild.cloneNode(true);
    this.url = `/sim/players/${encodeURIComponent(id)}`;
    this.display = new Display(this.#part("display"));
    this.knobs = {};
    this.titles = new Map();
    this.offered = "";
    this.turns = Promise.resolve();
    for (const knob of this.element.querySelectorAll("[data-knob]")) this.#makeKnob(knob);
    for (const button of this.element.querySelectorAll("[data-turn]")) {
      const { turn, clicks } = button.dataset;
      button.addEventListener("click", () => this.knobs[turn].turn(Number(clicks)));
    }
    this.#part("insert").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do("insert", { card_id: this.#part("cards").value });
    });
    this.#part("remove").addEventListener("click", () => this.#do("remove", {}));
    this.#makeSwitch("power", (on) => ["power", { on }]);
    this.#makeSwitch("wifi", (up) => ["wifi", { up }]);
    this.#makeSwitch("headphones", (connected) => ["headphones", { connected }]);
    this.#makeSwitch("charging", () => ["battery", this.#battery()]);
    this.#part("battery").addEventListener("change", () => this.#do("battery", this.#battery()));
    this.#part("details").addEventListener("toggle", () => this.#showRecords());
  }

  // Lets a person choose among cards.
  offer(cards) {
    const offered = JSON.stringify(cards);
    if (offered === this.offered) return;
    this.offered = offered;
    const select = this.#part("cards");
    const chosen = select.value;
    this.titles = new Map(cards.map((card) => [card.card_id, card.title]));
    select.replaceChildren(
      ...cards.map((card) => {
        const sign = card.interactive ? " (you choose)" : "";
        return new Option(`${card.title}${sign}`, card.card_id);
      }),
    );
    if (this.titles.has(chosen)) select.value = chosen;
  }

  show(view) {
    const playing = view.playing;
    this.#text("name", view.name);
    this.#text("model", view.model);
    this.#text("online", view.online ? "online" : "offline");
    this.#part("online").className = `badge ${view.online ? "on" : "off"}`;
    this.#text("volume", `${view.volume}/${view.volume_max}`);
    this.#text("chapter", playing ? `${playing.chapter_number}/${playing.chapters}` : "–");
    this.#text("state", this.#state(view));
    this.#part("state").className = `state ${view.on && playing ? view.status : ""}`;
    this.#text("title", playing ? playing.title : view.on ? "Nothing plays" : "");
    this.#text("chapter-title", playing ? this.#chapter(playing) : "");
    this.#text("time", [this.#time(view), this.#sleep(view)].filter(Boolean).join(" · "));
    this.#part("progress").value = view.length ? view.position / view.length : 0;
    this.#text("error", view.error ?? "");
    this.#part("error").hidden = !view.error;
    this.#showSlot(view);
    this.#part("power").checked = view.on;
    this.#part("wifi").checked = view.wifi;
    this.#part("headphones").checked = view.headphones;
    this.#part("charging").checked = view.battery.charging;
    const battery = this.#part("battery");
    if (document.activeElement !== battery) battery.value = view.battery.level;
    this.#text("battery-level", `${view.battery.level} %`);
    this.#part("glow").style.background =
      view.on && view.nightlight !== "off" ? `#${view.nightlight.slice(2)}` : "none";
    this.knobs.left.element.setAttribute("aria-label", `Left knob, volume ${view.volume}`);
    this.knobs.right.element.setAttribute(
      "aria-label",
      playing ? `Right knob, chapter ${playing.chapter_number}` : "Right knob",
    );
    this.display.show(view);
    if (this.#part("details").open) this.#showRecords();
  }

  #part(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  // Changes text only where it differs, so that screen readers are not told the same again.
  #text(name, text) {
    const part = this.#part(name);
    if (part.textContent !== text) part.textContent = text;
  }

  #state(view) {
    if (!view.on) return "off";
    if (view.waiting) return "waiting";
    return view.status;
  }

  #time(view) {
    return view.playing ? `${clock(view.position)} / ${view.length ? clock(view.length) : "?"}` : "";
  }

  #sleep(view) {
    return view.sleep_timer === null ? "" : `sleep timer ${clock(view.sleep_timer)}`;
  }

  #chapter(playing) {
    const kind = playing.streaming ? " · stream" : "";
    const hint = playing.interactive ? " · press a knob to choose" : "";
    return `${playing.chapter_title || playing.track_title}${kind}${hint}`;
  }

  #showSlot(view) {
    const card = this.#part("card");
    card.hidden = view.slot === null;
    this.#part("remove").disabled = view.slot === null;
    if (view.slot === null) return;
    this.#text("card-title", this.titles.get(view.slot) ?? view.slot);
    let sum = 0;
    for (const letter of view.slot) sum += letter.codePointAt(0);
    card.style.background = CARD_COLOURS[sum % CARD_COLOURS.length];
  }

  #makeKnob(element) {
    const knob = element.dataset.knob;
    this.knobs[knob] = new Knob(element, {
      turned: (clicks) => this.#do("turn", { knob, clicks }),
      pressed: () => this.#do("press", { button: knob }),
    });
  }

  #makeSwitch(name, action) {
    const input = this.#part(name);
    input.addEventListener("change", () => this.#do(...action(input.checked)));
  }

  #battery() {
    return { level: Number(this.#part("battery").value), charging: this.#part("charging").checked };
  }

  // Does one thing after the other, in the order in which hands did them.
  #do(action, body) {
    this.turns = this.turns.then(async () => {
      const response = await fetch(`${this.url}/${action}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }).catch(() => null);
      if (response?.ok) this.show(await response.json());
    });
  }

  async #showRecords() {
    for (const [name, path, words] of [
      ["played", "played", playedWords],
      ["fetched", "fetches", fetchedWords],
    ]) {
      const response = await fetch(`${this.url}/${path}`).catch(() => null);
      if (!response?.ok) continue;
      const entries = (await response.json()).slice(-SHOWN).reverse();
      this.#part(name).replaceChildren(...entries.map((entry) => listItem(...words(entry))));
    }
  }
}

function playedWords(entry) {
  const what = `${entry.card_id}, chapter ${entry.chapter_key}: ${entry.seconds.toFixed(1)} s`;
  return entry.error ? [`${what}, ${entry.error}`, true] : [what, false];
}

function fetchedWords(entry) {
  const what = `${entry.method} ${new URL(entry.url, location.href).pathname}`;
  const range = entry.range ? ` ${entry.range}` : "";
  return [`${what}${range}: ${entry.status ?? "no answer"}, ${entry.bytes} bytes`, !entry.status || entry.status >= 400];
}

function listItem(text, bad) {
  const item = document.createElement("li");
  item.textContent = text;
  if (bad) item.className = "bad";
  return item;
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
