// Finds the players and keeps every one of them up to date.

import { PlayerPanel } from "./player.js";

const REFRESH_EVERY = 500;
const CARDS_EVERY = 10;

const panels = new Map();
const lost = document.getElementById("lost");
const main = document.getElementById("players");
let rounds = 0;
let cards = [];

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function refresh() {
  try {
    if (rounds++ % CARDS_EVERY === 0) cards = await get("/sim/cards");
    for (const view of await get("/sim/players")) {
      if (!panels.has(view.id)) {
        const panel = new PlayerPanel(view.id);
        panels.set(view.id, panel);
        main.append(panel.element);
      }
      const panel = panels.get(view.id);
      panel.offer(cards);
      panel.show(view);
    }
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(refresh, REFRESH_EVERY);
}

refresh();
