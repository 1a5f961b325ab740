// What is on the 16x16 pixel display.

const SIZE = 16;
const COLOURS = ["#ffb84d", "#7ad3ff", "#ff8fa3", "#9be38b", "#d6a3ff", "#ffe066"];
const GLYPHS = {
  0: ["111", "101", "101", "101", "111"], 1: ["010", "110", "010", "010", "111"],
  2: ["111", "001", "111", "100", "111"], 3: ["111", "001", "111", "001", "111"],
  4: ["101", "101", "111", "001", "001"], 5: ["111", "100", "111", "001", "111"],
  6: ["111", "100", "111", "101", "111"], 7: ["111", "001", "010", "010", "010"],
  8: ["111", "101", "111", "101", "111"], 9: ["111", "101", "111", "001", "111"],
};

export class Display {
  constructor(canvas) {
    this.canvas = canvas;
    this.pixels = canvas.getContext("2d");
    this.volume = null;
    this.volumeUntil = 0;
    this.frame = 0;
    this.icon = new Image();
    this.iconUrl = "";
  }

  show(view) {
    const turned = this.volume !== null && this.volume !== view.volume;
    this.volume = view.volume;
    if (turned) this.volumeUntil = performance.now() + 1500;
    this.frame += 1;
    this.pixels.fillStyle = "#17131f";
    this.pixels.fillRect(0, 0, SIZE, SIZE);
    this.canvas.style.opacity = 0.2 + 0.008 * view.brightness;
    this.canvas.setAttribute("aria-label", this.#draw(view));
  }

  // Draws what fits the player's state and says in words what it is.
  #draw(view) {
    if (!view.on) return "Display: off";
    if (performance.now() < this.volumeUntil) return this.#drawVolume(view);
    if (view.preview) return this.#drawPreview(view.preview);
    if (view.error) return this.#drawError();
    if (!view.playing) return this.#drawClock();
    if (view.waiting) return this.#drawWaiting();
    const { card_id: card, chapter_key: chapter } = view.playing;
    const icon = view.display ? this.#fetched(view) : view.playing.icon;
    if (this.#isReady(icon)) this.pixels.drawImage(this.icon, 0, 0, SIZE, SIZE);
    else this.#drawPattern(`${card}/${chapter}`);
    if (view.status === "paused") return this.#drawPause();
    if (view.status === "stopped") return "Display: the card is over";
    if (view.length) this.#rect("#ffffff", 0, 15, Math.round((view.position / view.length) * SIZE), 1);
    return "Display: picture of the chapter that plays";
  }

  #drawPreview(url) {
    if (this.#isReady(url)) this.pixels.drawImage(this.icon, 0, 0, SIZE, SIZE);
    else this.#drawPattern(url);
    return "Display: icon that an application shows";
  }

  // Where the icon is that the player has fetched; another picture has another address.
  #fetched(view) {
    return `${location.origin}/sim/players/${view.id}/display?${view.display.sha256}`;
  }

  // Loads a picture that this simulator serves; pictures from elsewhere are not asked for.
  #isReady(url) {
    if (!url?.startsWith(`${location.origin}/`)) return false;
    if (url !== this.iconUrl) {
      this.iconUrl = url;
      this.icon = new Image();
      this.icon.src = url;
    }
    return this.icon.complete && this.icon.naturalWidth > 0;
  }

  // A picture that is always the same for the same chapter, with a mirror in the middle.
  #drawPattern(seed) {
    let state = 2166136261;
    for (const letter of seed) state = Math.imul(state ^ letter.codePointAt(0), 16777619) >>> 0;
    const next = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state / 2 ** 32;
    };
    const first = Math.floor(next() * COLOURS.length);
    const colours = [COLOURS[first], COLOURS[(first + 1 + Math.floor(next() * 5)) % COLOURS.length]];
    for (let y = 2; y < 14; y += 2) {
      for (let x = 2; x < 8; x += 2) {
        const drawn = next();
        if (drawn > 0.62) continue;
        const colour = colours[drawn > 0.2 ? 0 : 1];
        this.#rect(colour, x, y, 2, 2);
        this.#rect(colour, 14 - x, y, 2, 2);
      }
    }
  }

  #drawPause() {
    this.#rect("#17131f", 3, 3, 10, 10);
    this.#rect("#ffffff", 4, 4, 3, 8);
    this.#rect("#ffffff", 9, 4, 3, 8);
    return "Display: paused";
  }

  #drawWaiting() {
    for (let dot = 0; dot < 3; dot += 1) {
      this.#rect(this.frame % 3 === dot ? "#ffffff" : "#5b536b", 2 + dot * 5, 7, 2, 2);
    }
    return "Display: waiting for the server";
  }

  #drawError() {
    for (let at = 3; at < 12; at += 1) {
      this.#rect("#ff5a4d", at, at, 2, 2);
      this.#rect("#ff5a4d", 14 - at, at, 2, 2);
    }
    return "Display: something went wrong";
  }

  #drawVolume(view) {
    for (let step = 0; step < SIZE; step += 1) {
      const height = Math.ceil((step + 1) / 2) + 3;
      const colour = step < view.volume ? "#ffb84d" : step < view.volume_max ? "#5b536b" : "#2a2433";
      this.#rect(colour, step, 14 - height, 1, height);
    }
    return `Display: volume ${view.volume}`;
  }

  #drawClock() {
    const time = new Date().toTimeString();
    this.#number(time.slice(0, 2), 1, "#7ad3ff");
    this.#number(time.slice(3, 5), 9, "#ffb84d");
    return "Display: clock";
  }

  #number(digits, top, colour) {
    [...digits].forEach((digit, place) => {
      GLYPHS[digit].forEach((row, y) => {
        [...row].forEach((dot, x) => {
          if (dot === "1") this.#rect(colour, 4 + place * 5 + x, top + y, 1, 1);
        });
      });
    });
  }

  #rect(colour, x, y, width, height) {
    this.pixels.fillStyle = colour;
    this.pixels.fillRect(x, y, width, height);
  }
}
