import type { StoreApi } from 'zustand/vanilla';
import { defined } from '../../domain/base/defined.ts';
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
import type { StateStore } from '../../persistence/state-store.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { createSerialQueue } from '../../platform/runtime/serial-queue.ts';
import { createItemCalls } from '../../runs/checklists/item-calls.ts';
import { createChecklistJudge, evidenceRuns } from '../../runs/checklists/judge-checklists.ts';
import type { EvidenceRun } from '../../runs/checklists/readings.ts';
import { type ChecklistData, checklistDataKey } from '../../store/checklist-state.ts';
import type { CockpitState } from '../../store/cockpit.ts';
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
  /** The records of a run in the shared ledger. Absent: the state is that of this machine. */
  readonly approvals: StateStore['approvals'];
  readonly opened: OpenedEnvironment;
  say(text: string, level: 'ok' | 'warn'): void;
}

class EnvironmentChecklists implements CockpitChecklists {
  readonly #parts: Parts;
  readonly #profile;
  readonly #engine;
  readonly #simulator;
  readonly #who;
  readonly #lists;
  readonly #scope;
  readonly #operator;
  readonly #judge;
  readonly #calls;
  #records: readonly ChecklistRecord[] | undefined;
  #runs: readonly EvidenceRun[] | undefined;
  #isClosed = false;
  readonly #leaving = new AbortController();
  #lastProblem = '';
  #shown = '';
  readonly #queue = createSerialQueue();
  /** Occurrences whose end this process has written or tried to write. */
  readonly #ending = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#profile = parts.opened.profile;
    this.#engine = parts.opened.engine;
    this.#simulator = parts.opened.simulator;
    this.#who = parts.opened.who;
    this.#lists = this.#profile.checklists ?? [];
    this.#scope = recordScope(this.#profile, this.#simulator !== undefined);
    this.#operator = actorText(this.#who);
    this.#judge = createChecklistJudge(this.#lists);
    this.#calls = createItemCalls(this.#lists, {
      engine: this.#engine,
      openIo: parts.openIo,
      clock: parts.clock,
    });
  }

  reload(): void {
    this.#inOrder(this.#readRecords);
  }

  reloadRuns(): void {
    if (!this.#lists.some(({ items }) => items.some(({ runbook }) => runbook !== undefined))) return;
    this.#inOrder(async () => {
      this.#runs = await evidenceRuns(this.#parts.stateDir, this.#profile, this.#simulator !== undefined, {
        user: this.#who?.user,
        approvals: this.#parts.approvals,
      });
      this.#show();
    });
  }

  everySecond(): void {
    if (this.#lists.length === 0 || this.#isClosed) return;
    this.#calls.everySecond();
    this.#show();
    this.#endCompleted();
  }

  readonly markChecklistItem: CockpitChecklists['markChecklistItem'] = (list, item, mark, note) => {
    const found = this.#lists.find(({ id }) => id === list);
    const status = this.#statusOf(list);
    const problem = markProblem(mark, note);
    if (found === undefined || status === undefined || this.#records === undefined) return;
    if (problem !== undefined) return this.#parts.say(`the tick was not recorded: ${problem}`, 'warn');
    const itemStatus = status.items.find((it) => it.item.id === item);
    if (itemStatus === undefined) return;
    const occurrence = currentOccurrence(found, {
      records: this.#records,
      now: this.#parts.clock.wallNow(),
      zone: this.#profile.zone,
    });
    this.#append({
      ...this.#head(list, occurrence),
      is: mark,
      item,
      note,
      ...defined({ evidence: itemStatus.reading?.why }),
    });
    const change = `${mark.replace('-', ' ')} by ${this.#operator}${note === '' ? '' : `: ${note}`}`;
    this.#journal(`${found.title}: ${itemStatus.item.title}`, change, 'ok');
  };

  readonly endChecklist: CockpitChecklists['endChecklist'] = (list) => {
    const status = this.#statusOf(list);
    if (status === undefined || status.hasEnded) return;
    this.#end(status);
  };

  readonly readChecklistItem: CockpitChecklists['readChecklistItem'] = (list, item) => {
    const found = this.#lists.find(({ id }) => id === list)?.items.find(({ id }) => id === item);
    const key = checklistDataKey(list, item);
    if (found?.use === undefined || this.#parts.cockpit.getState().checklistData?.[key]?.done === false)
      return;
    const time = this.#parts.clock.now();
    const put = (data: Omit<ChecklistData, 'at'>): void => {
      if (!this.#isClosed)
        this.#parts.cockpit.setState((s) => ({
          checklistData: { ...s.checklistData, [key]: { ...data, at: time } },
        }));
    };
    put({ lines: [], faults: [], done: false });
    const step = {
      id: found.id,
      title: found.title,
      use: found.use,
      ...defined({ with: found.with }),
    };
    const reading = { engine: this.#engine, openIo: this.#parts.openIo, clock: this.#parts.clock };
    void diagnoseStep(step, {}, reading, this.#leaving.signal).then((result) =>
      put({ ...result, done: true }),
    );
  };

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#leaving.abort('the environment was closed');
    await this.#calls.close();
    await this.#queue.settled();
  }

  #warnOnce(problem: string): void {
    if (problem !== this.#lastProblem && problem !== '') this.#parts.say(problem, 'warn');
    this.#lastProblem = problem;
  }

  #inOrder(step: () => Promise<void>): void {
    this.#queue.run(step).catch((error: unknown) => {
      this.#warnOnce(`checklists: ${errorMessage(error)}`);
    });
  }

  #statuses(): readonly ChecklistStatus[] {
    return this.#judge({
      snapshot: this.#engine.snapshot(),
      history: this.#engine.facts.getState().history,
      now: this.#parts.clock.now(),
      wallOffset: this.#parts.clock.wallOffset(),
      runs: this.#runs,
      called: this.#calls.latest,
      zone: this.#profile.zone,
      records: this.#records ?? [],
    });
  }

  #journal(what: string, change: string, level: 'ok' | 'warn'): void {
    this.#parts.cockpit.setState((s) =>
      withJournalEntries(s, [
        {
          ...{ at: this.#parts.clock.now(), kind: 'checklist', level, what, change, source: '' },
          ...(this.#simulator === undefined ? {} : { drill: true as const }),
        },
      ]),
    );
  }

  /** Adds to the journal the items of a list in progress whose check no longer holds: its tick is gone. */
  #tellUnticked(status: ChecklistStatus, before: readonly ChecklistStatus[]): void {
    const { list, items, beganAt, hasEnded, occurrence } = status;
    const old = before.find(
      (checklistStatus) => checklistStatus.list.id === list.id && checklistStatus.occurrence === occurrence,
    );
    if (beganAt === undefined || hasEnded || old === undefined) return;
    for (const { item, state } of items) {
      const was = old.items.find((itemStatus) => itemStatus.item.id === item.id)?.state;
      if (state.is === 'open' && was?.is === 'done' && was.by === 'reading')
        this.#journal(
          `${list.title}: ${item.title}`,
          `the item is open again, because the check no longer holds: ${state.why}`,
          'warn',
        );
    }
  }

  #show(): void {
    if (this.#isClosed || this.#records === undefined) return;
    const checklists = this.#statuses();
    // Every evaluation makes new objects; the store changes only when what they say does.
    const text = JSON.stringify([checklists, this.#records.length]);
    if (text === this.#shown) return;
    this.#shown = text;
    const before = this.#parts.cockpit.getState().checklists ?? [];
    this.#parts.cockpit.setState({ checklists, checklistRecords: this.#records });
    for (const list of checklists) this.#tellUnticked(list, before);
  }

  #append(record: ChecklistRecord): void {
    this.#inOrder(async () => {
      await this.#parts.file.append(record);
      await this.#readRecords();
    });
  }

  readonly #readRecords = async (): Promise<void> => {
    const { records: stored, problem = '' } = await this.#parts.file.read(this.#scope);
    this.#warnOnce(problem);
    this.#records = stored;
    this.#show();
  };

  #head(list: string, occurrence: string) {
    return {
      system: this.#profile.system,
      env: this.#profile.env,
      ...(this.#scope.isDrill ? { drill: true as const } : {}),
      list,
      occurrence,
      who: this.#operator,
      at: this.#parts.clock.wallNow(),
    };
  }

  #end(status: ChecklistStatus): void {
    this.#append({ ...this.#head(status.list.id, status.occurrence), is: 'end', items: endedItems(status) });
  }

  /** A scheduled list is complete once every item is settled; its record keeps the evidence for the history. */
  #endCompleted(): void {
    for (const status of this.#parts.cockpit.getState().checklists ?? []) {
      const key = `${status.list.id} ${status.occurrence}`;
      if (!isPeriodComplete(status) || this.#ending.has(key)) continue;
      this.#ending.add(key);
      this.#end(status);
    }
  }

  #statusOf(list: string): ChecklistStatus | undefined {
    return this.#parts.cockpit.getState().checklists?.find((checklist) => checklist.list.id === list);
  }
}

/** Creates the checklists of an environment. Nothing is read before `reload`. */
export const createChecklists = (parts: Parts): CockpitChecklists => new EnvironmentChecklists(parts);
