/**
 * A pipeline of three stages, read → compute → collect, with back-pressure: each queue holds four items, so a fast stage waits for
 * the next one instead of filling memory. Each stage ends the next by shutting down the queue between them.
 */
import { isMainThread, Process, Queue } from "../mod.ts";

const LIMIT = 4;

/** First stage: makes numbers as fast as it can. Gives the largest backlog that it ever saw. */
export function produce(numbers: Queue<number>, count: number, backlog: Queue<number>): void {
  let most = 0;
  for (let n = 1; n <= count; n++) {
    numbers.putSync(n);
    most = Math.max(most, numbers.qsize());
  }
  numbers.shutdown();
  backlog.putSync(most);
}

/** Second stage: finds the prime factors of each. */
export function factor(numbers: Queue<number>, factors: Queue<[number, number[]]>): void {
  for (const number of numbers.iterateSync()) {
    const found: number[] = [];
    let rest = number;
    for (let divisor = 2; rest > 1; divisor++) {
      for (; rest % divisor === 0; rest /= divisor) found.push(divisor);
    }
    factors.putSync([number, found]);
  }
  factors.shutdown();
}

if (isMainThread) {
  const numbers = new Queue<number>(LIMIT);
  const factors = new Queue<[number, number[]]>(LIMIT);
  const backlog = new Queue<number>();
  const module = import.meta.url;
  new Process({ module, target: produce, args: [numbers, 2000, backlog] }).start();
  new Process({ module, target: factor, args: [numbers, factors] }).start();

  // Third stage: this thread.
  let primes = 0;
  let last = "";
  for await (const [number, found] of factors) {
    if (found.length === 1) primes++;
    last = `${number} = ${found.join(" × ")}`;
  }
  console.log(`${primes} primes up to 2000; ${last}`);
  console.log(`never more than ${LIMIT} numbers waited: ${await backlog.get() <= LIMIT}`);
}
