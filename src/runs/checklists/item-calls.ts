import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Checklist, ChecklistItem } from '../../domain/profile/profile.ts';
import type { VerifyStep } from '../../domain/runbooks/runbook.ts';
import type { Truth } from '../../expressions/rows/truth.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { ReadSessionParts } from '../reads/read-session.ts';
import { createOperationCheck, type OperationCheck } from '../verification/operation-check.ts';

/** Interval of an item that calls its source: a checklist is read by people, and an API has a rate limit. */
const everyMs: Millis = 5 * 60_000;
/** Interval after a failed call. */
const againMs: Millis = 60_000;

/** The results of the items that call a reading operation and judge its result. */
export interface ItemCalls {
  /** The last result; undefined: none yet. One that could not be repeated in time is unknown. */
  latest(list: string, item: string): Truth | undefined;
  /** Starts the calls that are due. */
  everySecond(): void;
  /** Calls every item of these lists once; resolves when they have answered. */
  callNow(lists: readonly string[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface ItemCall {
  readonly list: string;
  readonly item: ChecklistItem;
  readonly check: OperationCheck;
  /** When the last call began, and its result. */
  result?: { readonly began: Millis; readonly truth: Truth };
  going?: Promise<void>;
}

const stepOf = (item: ChecklistItem): VerifyStep => ({
  id: item.id,
  title: item.title,
  ...defined({ use: item.use, with: item.with, danger: item.danger, expect: item.expect }),
  withinMs: 0,
  forMs: 0,
});

/** Creates the calls of some lists; none is made before it is due or requested. */
export const createItemCalls = (
  lists: readonly Checklist[],
  parts: ReadSessionParts & { readonly clock: Clock },
): ItemCalls => {
  const { clock } = parts;
  const stop = new AbortController();
  const calls = lists.flatMap(({ id, items }) =>
    items
      .filter(({ that, use, expect }) => that === undefined && use !== undefined && expect !== undefined)
      .map((item): ItemCall => ({ list: id, item, check: createOperationCheck(stepOf(item), {}, parts) })),
  );

  const call = (itemCall: ItemCall, signal: AbortSignal): Promise<void> => {
    itemCall.going ??= (async () => {
      const began = clock.now();
      itemCall.result = { began, truth: await itemCall.check.ask(AbortSignal.any([signal, stop.signal])) };
    })().finally(() => delete itemCall.going);
    return itemCall.going;
  };

  const isDue = ({ result }: ItemCall): boolean =>
    result === undefined ||
    clock.now() - result.began >= (result.truth.value === 'unknown' ? againMs : everyMs);

  return {
    latest: (list, item) => {
      const itemCall = calls.find((it) => it.list === list && it.item.id === item);
      if (itemCall?.result === undefined) return undefined;
      const { began, truth } = itemCall.result;
      return clock.now() - began > 2 * everyMs
        ? {
            value: 'unknown',
            why: `the data of the item was not read for more than ${(2 * everyMs) / 60_000} min`,
          }
        : truth;
    },
    everySecond: () => {
      if (stop.signal.aborted) return;
      for (const itemCall of calls.filter(isDue)) void call(itemCall, stop.signal);
    },
    callNow: async (lists, signal) => {
      await Promise.all(
        calls.filter(({ list }) => lists.includes(list)).map((itemCall) => call(itemCall, signal)),
      );
    },
    close: async () => {
      stop.abort('the environment was closed');
      await Promise.all(calls.map(({ going }) => going));
      await Promise.all(calls.map(({ check }) => check.close()));
    },
  };
};
