/** Every call that waits, on an object on which it has to: what the tests of waiting go through one by one. */
import {
  Barrier,
  BrokenBarrier,
  Condition,
  Event,
  JoinableQueue,
  Lock,
  Pipe,
  Queue,
  QueueEmpty,
  QueueFull,
  Semaphore,
  TimeoutError,
  wait,
  waitSync,
} from "../../mod.ts";

/** Options of both forms. */
export interface Options {
  timeout?: number;
  signal?: AbortSignal;
}

/** A call that has to wait, and what is to be known of it. */
export interface Waiting {
  async(options?: Options): Promise<unknown>;
  sync(options?: { timeout?: number }): unknown;
  /** What it gives when its time is over, or the class of what it throws. */
  readonly late: unknown;
  /** The object as others see it: nothing of it changes when the call fails. */
  state(): unknown;
  /** Makes the call possible. */
  allow(): void;
  /** What it gives then, if it gives something. */
  readonly result?: unknown;
  /** Makes all as it was, after a late or an aborted call; for a Barrier, which these break. */
  mend?(): void;
  /** Closes the handle that it waits on. */
  close(): void;
  /** The code of the error that ends it then. */
  readonly closed: string;
}

type Make = () => Waiting;

function full(): JoinableQueue<number> {
  const queue = new JoinableQueue<number>(1);
  queue.putNowait(0);
  return queue;
}

const onQueue = (queue: Queue<number>) => ({
  state: () => [queue.qsize(), queue.full()],
  close: () => queue.close(),
  closed: "ISTHMUS_QUEUE_CLOSED",
});

function queues(): [string, Make][] {
  return [
    ["put", () => {
      const queue = full();
      const [late, allow] = [QueueFull, () => void queue.getNowait()];
      return { ...onQueue(queue), async: (o) => queue.put(1, o), sync: (o) => queue.putSync(1, o), late, allow };
    }],
    ["putMany", () => {
      const queue = full();
      const [late, allow] = [QueueFull, () => void queue.getNowait()];
      const [async, sync] = [(o?: Options) => queue.putMany([1], o), (o?: Options) => queue.putManySync([1], o)];
      return { ...onQueue(queue), async, sync, late, allow, result: 1 };
    }],
    ["get", () => {
      const queue = new Queue<number>();
      const [late, allow] = [QueueEmpty, () => queue.putNowait(5)];
      return { ...onQueue(queue), async: (o) => queue.get(o), sync: (o) => queue.getSync(o), late, allow, result: 5 };
    }],
    ["getMany", () => {
      const queue = new Queue<number>();
      const [late, allow] = [QueueEmpty, () => queue.putNowait(5)];
      const [async, sync] = [(o?: Options) => queue.getMany(9, o), (o?: Options) => queue.getManySync(9, o)];
      return { ...onQueue(queue), async, sync, late, allow, result: [5] };
    }],
    ["join", () => {
      const queue = full();
      const [late, allow] = [false, () => queue.taskDone()];
      const [async, sync] = [(o?: Options) => queue.join(o), (o?: Options) => queue.joinSync(o)];
      return { ...onQueue(queue), async, sync, late, allow, result: true };
    }],
    ["wait([...])", () => {
      const queue = new Queue<number>();
      const [late, allow] = [[], () => queue.putNowait(5)];
      const [async, sync] = [(o?: Options) => wait([queue], o), (o?: Options) => waitSync([queue], o)];
      // A closed object is a ready one.
      return { ...onQueue(queue), async, sync, late, allow, result: [queue], closed: "" };
    }],
  ];
}

/** Both ends of a pipe, of which the first has no room left. */
function ends() {
  const [left, right] = Pipe<unknown>({ maxBytes: 64 });
  const bytes = new Uint8Array(40);
  left.sendBytesSync(bytes);
  let received = 1;
  return {
    left,
    right,
    bytes,
    rest: {
      late: TimeoutError,
      state: () => [left.pollSync(), right.pollSync()],
      close: () => left.close(),
      closed: "ISTHMUS_CONNECTION_CLOSED",
    },
    /** Makes room to send. */
    receive: () => void (received-- > 0 && right.recvBytesSync()),
  };
}

function pipes(): [string, Make][] {
  return [
    ["send", () => {
      const { left, rest, receive: allow } = ends();
      const text = "x".repeat(40);
      return { ...rest, async: (o) => left.send(text, o), sync: (o) => left.sendSync(text, o), allow };
    }],
    ["sendBytes", () => {
      const { left, bytes, rest, receive: allow } = ends();
      const async = (o?: Options) => left.sendBytes(bytes, 0, 40, o);
      return { ...rest, async, sync: (o) => left.sendBytesSync(bytes, 0, 40, o), allow };
    }],
    ["recv", () => {
      const { left, right, rest } = ends();
      const allow = () => right.sendNowait(5);
      return { ...rest, async: (o) => left.recv(o), sync: (o) => left.recvSync(o), allow, result: 5 };
    }],
    ["recvBytes", () => {
      const { left, right, rest } = ends();
      const [allow, result] = [() => right.sendBytesSync(Uint8Array.of(5)), Uint8Array.of(5)];
      return { ...rest, async: (o) => left.recvBytes(9, o), sync: (o) => left.recvBytesSync(9, o), allow, result };
    }],
    ["recvBytesInto", () => {
      const { left, right, bytes, rest } = ends();
      const allow = () => right.sendBytesSync(Uint8Array.of(5));
      const async = (o?: Options) => left.recvBytesInto(bytes, 9, o);
      return { ...rest, async, sync: (o) => left.recvBytesIntoSync(bytes, 9, o), allow, result: 1 };
    }],
    ["poll", () => {
      const { left, right, rest } = ends();
      const [late, allow] = [false, () => right.sendNowait(5)];
      // Without a timeout it asks once.
      const async = (o?: Options) => left.poll({ timeout: Infinity, ...o });
      return { ...rest, async, sync: (o) => left.pollSync({ timeout: Infinity, ...o }), late, allow, result: true };
    }],
  ];
}

const CLOSED = "ISTHMUS_CLOSED";

/** `acquire` and `hold` of what `make` gives, which is taken, and the word about that. */
function acquiring(
  name: string,
  make: () => { object: Lock | Semaphore | Condition; state: () => unknown },
): [string, Make][] {
  const start = () => {
    const { object, state } = make();
    return { object, rest: { state, allow: () => object.release(), close: () => object.close(), closed: CLOSED } };
  };
  return [
    [`acquire of a ${name}`, () => {
      const { object, rest } = start();
      const sync = (o?: Options) => object.acquireSync(o);
      return { ...rest, async: (o) => object.acquire(o), sync, late: false, result: true };
    }],
    [`hold of a ${name}`, () => {
      const { object, rest } = start();
      return { ...rest, async: (o) => object.hold(o), sync: (o) => object.holdSync(o), late: TimeoutError };
    }],
  ];
}

function takenLock() {
  const object = new Lock();
  object.acquireSync();
  return { object, state: () => object.locked() };
}

function emptySemaphore() {
  const object = new Semaphore(0);
  return { object, state: () => object.getValue() };
}

function takenCondition() {
  const { object: lock, state } = takenLock();
  return { object: new Condition(lock), state };
}

/** A Condition whose lock this thread holds; who waits lets go of it, so that `allow` can take it. */
function conditional(predicate?: () => unknown): Waiting {
  const { object: condition, state } = takenCondition();
  const rest = {
    state,
    allow() {
      condition.acquireNowait();
      condition.notify();
      condition.release();
    },
    close: () => condition.close(),
    closed: CLOSED,
  };
  if (predicate === undefined) {
    return { ...rest, async: (o) => condition.wait(o), sync: (o) => condition.waitSync(o), late: false, result: true };
  }
  const async = (o?: Options) => condition.waitFor(predicate, o);
  return { ...rest, async, sync: (o) => condition.waitForSync(predicate, o), late: 0 };
}

/** The calls, by their names. Those on a Condition can only go on when they wait already. */
export const waitingCalls: readonly [name: string, make: Make][] = [
  ...queues(),
  ...pipes(),
  ...acquiring("Lock", takenLock),
  ...acquiring("Semaphore", emptySemaphore),
  ...acquiring("Condition", takenCondition),
  ["wait of a Condition", () => conditional()],
  ["waitFor of a Condition", () => conditional(() => 0)],
  ["wait of an Event", () => {
    const event = new Event();
    const [state, allow, close] = [() => event.isSet(), () => event.set(), () => event.close()];
    const sync = (o?: Options) => event.waitSync(o);
    return { state, allow, close, closed: CLOSED, async: (o) => event.wait(o), sync, late: false, result: true };
  }],
  ["wait of a Barrier", () => {
    const barrier = new Barrier(2);
    return {
      async: (o) => barrier.wait(o),
      sync: (o) => barrier.waitSync(o),
      late: BrokenBarrier,
      state: () => barrier.nWaiting,
      allow: () => void barrier.wait().catch(() => {}),
      mend: () => barrier.reset(),
      close: () => barrier.close(),
      closed: CLOSED,
    };
  }],
];
