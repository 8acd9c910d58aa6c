/**
 * The dining philosophers: five threads, five forks, and each needs two forks to eat. If all took their left fork first, all could
 * wait for ever; so each takes the fork with the lower number first.
 */
import { isMainThread, Lock, Process, SharedArray } from "../mod.ts";

const MEALS = 200;

/** Eats `MEALS` times with the forks `first` and `second`. */
export function dine(seat: number, first: Lock, second: Lock, meals: SharedArray<"uint32">): void {
  for (let meal = 0; meal < MEALS; meal++) {
    using _first = first.holdSync();
    using _second = second.holdSync();
    meals.set(seat, meals.at(seat)! + 1);
  }
}

if (isMainThread) {
  const names = ["Plato", "Hypatia", "Confucius", "Spinoza", "Arendt"];
  const forks = names.map(() => new Lock());
  const meals = new SharedArray("uint32", names.length);
  const philosophers = names.map((name, seat) => {
    const [left, right] = [seat, (seat + 1) % names.length];
    const [first, second] = [Math.min(left, right), Math.max(left, right)];
    const args: [number, Lock, Lock, SharedArray<"uint32">] = [seat, forks[first]!, forks[second]!, meals];
    return new Process({ module: import.meta.url, target: dine, name, args }).start();
  });
  for (const philosopher of philosophers) await philosopher.join();
  for (const [seat, name] of names.entries()) console.log(`${name} ate ${meals.at(seat)} times`);
}
