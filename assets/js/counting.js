// Seconds that are left: counted on screen each second, said aloud only when half is gone and when ten are left.
export function counting() {
  const ends = new WeakMap()
  const tick = () => {
    for (const box of document.querySelectorAll("[data-seconds]")) {
      const all = Number(box.dataset.seconds)
      if (!ends.has(box)) ends.set(box, performance.now() + all * 1000)
      const left = Math.max(0, Math.ceil((ends.get(box) - performance.now()) / 1000))
      const words = box.dataset.words.replace("{n}", left).replace("{m}", Math.floor(left / 60)).replace("{s}", left % 60)
      box.querySelector("[data-count]").textContent = words
      const bar = box.querySelector("progress")
      if (bar) bar.value = left
      if (left === Math.floor(all / 2) || left === 10) box.querySelector("[data-said]").textContent = words
    }
  }
  setInterval(tick, 1000)
  tick()
}
