import type { StoreApi } from 'zustand/vanilla';
import type { ChecklistRecord } from '../../domain/checklists/record.ts';
import { markProblem } from '../../domain/checklists/record.ts';
import {
  type ChecklistStatus,
  currentOccurrence,
  endedItems,
  isPeriodComplete,
} from '../../domain/checklists/status.ts';
import { recordScope } from '../../domain/profile/record-scope.ts';
import { actorText } from '../../domain/team/actor.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { ChecklistFile } from '../../persistence/checklists/checklist-file.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { createSerialQueue } from '../../platform/runtime/serial-queue.ts';
import { createItemCalls } from '../../runs/checklists/item-calls.ts';
import { createChecklistJudge, evidenceRuns } from '../../runs/checklists/judge-checklists.ts';
import type { EvidenceRun } from '../../runs/checklists/readings.ts';
import { type ChecklistData, type CockpitState, checklistDataKey } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import { diagnoseStep } from '../diagnose.ts';
import type { CockpitParts, OpenedEnvironment } from './environment/cockpit-parts.ts';
import { withJournalEntries } from './environment/messages.ts';

/** The checklists of one open environment: their states in the store, their records in the state directory. */
export interface CockpitChecklists
  extends Pick<Commands, 'markChecklistItem' | 'endChecklist' | 'readChecklistItem'> {
  /** Reads the records again: another process may have written some. */
  reload(): void;
  /** Reads the runs again: items rest on them. */
  reloadRuns(): void;
  /** Judges every item by the current facts. */
  everySecond(): void;
  /** Stops; records in progress are written first. */
  close(): Promise<void>;
}

interface Parts extends Pick<CockpitParts, 'openIo'> {
  /** The directory of the ledger. */
  readonly stateDir: string;
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  readonly file: ChecklistFile;
  readonly opened: OpenedEnvironment;
  say(text: string, level: 'ok' | 'warn'): void;
}

/** Creates the checklists of an environment. Nothing is read before `reload`. */
export const createChecklists = (parts: Parts): CockpitChecklists => {
  const { cockpit, clock, file, opened, stateDir, say } = parts;
  const { profile, engine, simulator, who } = opened;
  const lists = profile.checklists ?? [];
  const { system, env, zone } = profile;
  const scope = recordScope(profile, simulator !== undefined);
  const { isDrill } = scope;
  const operator = actorText(who);
  const judge = createChecklistJudge(lists);
  const calls = createItemCalls(lists, { engine, openIo: parts.openIo, clock });
  let records: readonly ChecklistRecord[] | undefined;
  let runs: readonly EvidenceRun[] | undefined;
  let isClosed = false;
  const leaving = new AbortController();
  let lastProblem = '';
  let shown = '';
  const queue = createSerialQueue();

  const warnOnce = (problem: string): void => {
    if (problem !== lastProblem && problem !== '') say(problem, 'warn');
    lastProblem = problem;
  };
  const inOrder = (step: () => Promise<void>): void => {
    queue.run(step).catch((error: unknown) => {
      warnOnce(`checklists: ${errorMessage(error)}`);
    });
  };

  const statuses = (): readonly ChecklistStatus[] =>
    judge({
      snapshot: engine.snapshot(),
      history: engine.facts.getState().history,
      now: clock.now(),
      wallOffset: clock.wallOffset(),
      runs,
      called: calls.latest,
      zone,
      records: records ?? [],
    });

  const journal = (what: string, change: string, level: 'ok' | 'warn'): void =>
    cockpit.setState((s) =>
      withJournalEntries(s, [
        {
          ...{ at: clock.now(), kind: 'checklist', level, what, change, source: '' },
          ...(simulator === undefined ? {} : { drill: true as const }),
        },
      ]),
    );

  /** Adds to the journal the items of a list in progress whose check no longer holds: its tick is gone. */
  const tellUnticked = (status: ChecklistStatus, before: readonly ChecklistStatus[]): void => {
    const { list, items, beganAt, hasEnded, occurrence } = status;
    const old = before.find(
      (checklistStatus) => checklistStatus.list.id === list.id && checklistStatus.occurrence === occurrence,
    );
    if (beganAt === undefined || hasEnded || old === undefined) return;
    for (const { item, state } of items) {
      const was = old.items.find((itemStatus) => itemStatus.item.id === item.id)?.state;
      if (state.is === 'open' && was?.is === 'done' && was.by === 'reading')
        journal(`${list.title}: ${item.title}`, `no longer done: ${state.why}`, 'warn');
    }
  };

  const show = (): void => {
    if (isClosed || records === undefined) return;
    const checklists = statuses();
    // Every evaluation makes new objects; the store changes only when what they say does.
    const text = JSON.stringify([checklists, records.length]);
    if (text === shown) return;
    shown = text;
    const before = cockpit.getState().checklists ?? [];
    cockpit.setState({ checklists, checklistRecords: records });
    for (const list of checklists) tellUnticked(list, before);
  };

  const append = (record: ChecklistRecord): void =>
    inOrder(async () => {
      await file.append(record);
      await readRecords();
    });

  const readRecords = async (): Promise<void> => {
    const { records: stored, problem = '' } = await file.read(scope);
    warnOnce(problem);
    records = stored;
    show();
  };

  const head = (list: string, occurrence: string) => ({
    system,
    env,
    ...(isDrill ? { drill: true as const } : {}),
    list,
    occurrence,
    who: operator,
    at: clock.wallNow(),
  });

  const end = (status: ChecklistStatus): void =>
    append({ ...head(status.list.id, status.occurrence), is: 'end', items: endedItems(status) });

  /** Occurrences whose end this process has written or tried to write. */
  const ending = new Set<string>();

  /** A scheduled list is complete once every item is settled; its record keeps the evidence for the history. */
  const endCompleted = (): void => {
    for (const status of cockpit.getState().checklists ?? []) {
      const key = `${status.list.id} ${status.occurrence}`;
      if (!isPeriodComplete(status) || ending.has(key)) continue;
      ending.add(key);
      end(status);
    }
  };

  const statusOf = (list: string): ChecklistStatus | undefined =>
    cockpit.getState().checklists?.find((checklist) => checklist.list.id === list);

  return {
    reload: () => inOrder(readRecords),
    reloadRuns: () => {
      if (!lists.some(({ items }) => items.some(({ runbook }) => runbook !== undefined))) return;
      inOrder(async () => {
        runs = await evidenceRuns(stateDir, profile, simulator !== undefined);
        show();
      });
    },
    everySecond: () => {
      if (lists.length === 0 || isClosed) return;
      calls.everySecond();
      show();
      endCompleted();
    },
    markChecklistItem: (list, item, mark, note) => {
      const found = lists.find(({ id }) => id === list);
      const status = statusOf(list);
      const problem = markProblem(mark, note);
      if (found === undefined || status === undefined || records === undefined) return;
      if (problem !== undefined) return say(`not recorded: ${problem}`, 'warn');
      const itemStatus = status.items.find((it) => it.item.id === item);
      if (itemStatus === undefined) return;
      const occurrence = currentOccurrence(found, {
        records,
        now: clock.wallNow(),
        zone,
      });
      append({
        ...head(list, occurrence),
        is: mark,
        item,
        note,
        ...(itemStatus.reading === undefined ? {} : { evidence: itemStatus.reading.why }),
      });
      const change = `${mark.replace('-', ' ')} by ${operator}${note === '' ? '' : `: ${note}`}`;
      journal(`${found.title}: ${itemStatus.item.title}`, change, 'ok');
    },
    endChecklist: (list) => {
      const status = statusOf(list);
      if (status === undefined || status.hasEnded) return;
      end(status);
    },
    readChecklistItem: (list, item) => {
      const found = lists.find(({ id }) => id === list)?.items.find(({ id }) => id === item);
      const key = checklistDataKey(list, item);
      if (found?.use === undefined || cockpit.getState().checklistData?.[key]?.done === false) return;
      const time = clock.now();
      const put = (data: Omit<ChecklistData, 'at'>): void => {
        if (!isClosed)
          cockpit.setState((s) => ({ checklistData: { ...s.checklistData, [key]: { ...data, at: time } } }));
      };
      put({ lines: [], faults: [], done: false });
      const step = {
        id: found.id,
        title: found.title,
        use: found.use,
        ...(found.with === undefined ? {} : { with: found.with }),
      };
      const reading = { engine, openIo: parts.openIo, clock };
      void diagnoseStep(step, {}, reading, leaving.signal).then((result) => put({ ...result, done: true }));
    },
    close: async () => {
      isClosed = true;
      leaving.abort('the environment was closed');
      await calls.close();
      await queue.settled();
    },
  };
};
