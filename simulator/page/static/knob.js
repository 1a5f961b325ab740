// A knob that can be turned with the wheel, by dragging or with arrow keys, and pressed.

const DEGREES_PER_CLICK = 24;
const PIXELS_PER_WHEEL_CLICK = 60;
const UP = { ArrowUp: 1, ArrowRight: 1, PageUp: 3 };
const DOWN = { ArrowDown: -1, ArrowLeft: -1, PageDown: -3 };

export class Knob {
  constructor(element, { turned, pressed }) {
    this.element = element;
    this.turned = turned;
    this.pressed = pressed;
    this.angle = 0;
    this.wheel = 0;
    this.drag = null;
    element.addEventListener("wheel", (event) => this.#wheeled(event), { passive: false });
    element.addEventListener("keydown", (event) => this.#keyed(event));
    element.addEventListener("pointerdown", (event) => this.#grabbed(event));
    element.addEventListener("pointermove", (event) => this.#dragged(event));
    element.addEventListener("pointerup", () => this.#released());
    element.addEventListener("pointercancel", () => this.#released());
    element.addEventListener("click", (event) => this.#clicked(event));
  }

  turn(clicks) {
    if (!clicks) return;
    this.angle += clicks * DEGREES_PER_CLICK;
    this.element.style.setProperty("--angle", `${this.angle}deg`);
    this.turned(clicks);
  }

  #wheeled(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : PIXELS_PER_WHEEL_CLICK;
    this.wheel -= event.deltaY * lines;
    const clicks = Math.trunc(this.wheel / PIXELS_PER_WHEEL_CLICK);
    this.wheel -= clicks * PIXELS_PER_WHEEL_CLICK;
    this.turn(clicks);
  }

  #keyed(event) {
    const clicks = UP[event.key] ?? DOWN[event.key];
    if (clicks === undefined) return;
    event.preventDefault();
    this.turn(clicks);
  }

  #grabbed(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.drag = { at: this.#direction(event), rest: 0, moved: false };
    this.element.classList.add("pressed");
  }

  #dragged(event) {
    if (!this.drag) return;
    const at = this.#direction(event);
    if (at === null || this.drag.at === null) {
      this.drag.at = at;
      return;
    }
    const step = ((at - this.drag.at + 540) % 360) - 180;
    this.drag.at = at;
    this.drag.rest += step;
    const clicks = Math.trunc(this.drag.rest / DEGREES_PER_CLICK);
    if (clicks) {
      this.drag.rest -= clicks * DEGREES_PER_CLICK;
      this.drag.moved = true;
      this.element.classList.remove("pressed");
      this.turn(clicks);
    }
  }

  #released() {
    this.justTurned = this.drag?.moved ?? false;
    this.drag = null;
    this.element.classList.remove("pressed");
  }

  #clicked() {
    if (!this.justTurned) this.pressed();
    this.justTurned = false;
  }

  // Degrees from the middle of the knob, or null so near to it that they mean nothing.
  #direction(event) {
    const box = this.element.getBoundingClientRect();
    const x = event.clientX - box.left - box.width / 2;
    const y = event.clientY - box.top - box.height / 2;
    return Math.hypot(x, y) < 8 ? null : (Math.atan2(y, x) * 180) / Math.PI;
  }
}
