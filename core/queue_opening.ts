/**
 * How queues come about in a thread: made, attached by a handle, or found in an item.
 * @module
 */
import { Channel } from "./channel.ts";
import type { Codec } from "./codec.ts";
import { checkCodec } from "./codec.ts";
import { thisThread } from "./current.ts";
import { createObject, enterHandle } from "./handles.ts";
import type { Handle } from "./handles.ts";
import { initQueue } from "./queue_cell.ts";
import { checkOptions } from "./options.ts";
import { checkQueueOptions } from "./queue_options.ts";
import type { Thread } from "./thread.ts";

/** How `attach` opens a queue. */
export interface AttachOptions<T> {
  /** The codec that the queue was made with, if it was made with one. */
  codec?: Codec<T> | undefined;
}

/** Where an opened queue comes from, in place of the options of a new one. */
export class Opening {
  readonly thread: Thread;
  readonly cell: number;
  readonly codec: Codec<unknown> | undefined;
  constructor(thread: Thread, cell: number, codec?: Codec<unknown>) {
    this.thread = thread;
    this.cell = cell;
    this.codec = codec;
  }
}

/** Opens the channel of a queue of `kind`: an existing one, or a new one made with `options`. */
export function openChannel(owner: object, kind: number, name: string, options: unknown): Channel {
  if (options instanceof Opening) return new Channel(options.thread, options.cell, owner, name, options.codec);
  const { words, codec } = checkQueueOptions(options, name);
  const thread = thisThread();
  const cell = createObject(thread, kind, (_, at) => initQueue(thread, at, words));
  return new Channel(thread, cell, owner, name, codec, words);
}

/** What a handle stands for, in the form that constructors take. */
export function openingOf(handle: Handle, kind: number, name: string, options: unknown): Opening {
  const form = "an object such as { codec }";
  const { codec }: AttachOptions<unknown> = checkOptions(options, ["codec"], `${name}.attach`, form);
  if (codec !== undefined) checkCodec(codec);
  const thread = enterHandle(handle, kind, name);
  return new Opening(thread, handle.cell, codec);
}
