import type { StoreApi } from 'zustand/vanilla';
import { defined } from '../../../domain/base/defined.ts';
import type { JournalEntry } from '../../../domain/facts/journal.ts';
import type { Level } from '../../../domain/facts/level.ts';
import {
  type AcknowledgedFinding,
  type Acknowledgement,
  type AcknowledgementEnd,
  type Acknowledgements,
  acknowledgementOf,
  findingDigest,
} from '../../../domain/incidents/acknowledgement.ts';
import { isDrillEnvironment } from '../../../domain/profile/record-scope.ts';
import { actorText } from '../../../domain/team/actor.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import type { AcknowledgementFile } from '../../../persistence/files/acknowledgement-file.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { createSerialQueue } from '../../../platform/runtime/serial-queue.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import type { OpenedEnvironment } from '../environment/cockpit-parts.ts';
import { withJournalChanges } from '../environment/messages.ts';

type AcknowledgementCommands = Pick<
  Commands,
  'acknowledge' | 'withdrawAcknowledgements' | 'endAcknowledgements'
>;

/** The acknowledgements of the open environment. */
interface AcknowledgementKeeper extends AcknowledgementCommands {
  /** Reads those of an environment that was opened. */
  open(opened: OpenedEnvironment): void;
  /** Reads them again: another cockpit may have changed them. */
  reload(): void;
  /** Resolves when every change is on disk. */
  settled(): Promise<void>;
}

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now' | 'wallOffset'>;
  /** Those of the open environment. */
  file(): AcknowledgementFile;
  opened(): OpenedEnvironment | undefined;
  say(text: string, level: 'warn'): void;
}

/** True for a drill of a real environment: its findings are not real, so nothing about them is stored. */
const isDrill = ({ simulator, profile }: OpenedEnvironment): boolean =>
  isDrillEnvironment(profile, simulator !== undefined);

const entryOf = (
  time: number,
  { what, row }: Pick<Acknowledgement, 'what' | 'row'>,
  change: string,
  level: Level = 'ok',
): JournalEntry => ({
  at: time,
  kind: 'ack',
  level,
  what,
  change,
  source: '',
  ...defined({ row }),
});

const endText = (was: Level, end: AcknowledgementEnd): string =>
  `acknowledgement ended: ${end.is === 'gone' ? 'resolved' : `${was.toUpperCase()} → ${end.level.toUpperCase()}`}`;

const without = (known: Acknowledgements, findings: readonly string[]): Acknowledgements => {
  const removed = new Set([...findings, ...findings.map(findingDigest)]);
  return Object.fromEntries(Object.entries(known).filter(([finding]) => !removed.has(finding)));
};

class SharedAcknowledgements implements AcknowledgementKeeper {
  readonly #parts: Parts;
  readonly #queue = createSerialQueue();
  readonly settled: AcknowledgementKeeper['settled'];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.settled = this.#queue.settled;
  }

  open(here: OpenedEnvironment): void {
    this.#read(here);
  }

  readonly reload: AcknowledgementKeeper['reload'] = () => {
    const here = this.#parts.opened();
    if (here !== undefined) this.#read(here);
  };

  readonly acknowledge: AcknowledgementKeeper['acknowledge'] = (findings, note) => {
    const here = this.#parts.opened();
    if (here === undefined || findings.length === 0) return;
    const time = this.#parts.clock.now();
    const who = actorText(here.who);
    const made = findings.map(
      (finding: AcknowledgedFinding): Acknowledgement => ({
        ...finding,
        who,
        at: time + this.#parts.clock.wallOffset(),
        note,
      }),
    );
    const text = `acknowledged by ${who}${note === '' ? '' : `: ${note}`}`;
    this.#change(
      (were) => ({
        ...were,
        ...Object.fromEntries(made.map((acknowledgement) => [acknowledgement.finding, acknowledgement])),
      }),
      made.map((acknowledgement) => entryOf(time, acknowledgement, text)),
    );
  };

  readonly withdrawAcknowledgements: AcknowledgementKeeper['withdrawAcknowledgements'] = (findings) => {
    const here = this.#parts.opened();
    const withdrawn = findings.flatMap((finding) => acknowledgementOf(this.#known(), finding) ?? []);
    if (here === undefined || withdrawn.length === 0) return;
    const text = `the acknowledgement was withdrawn by ${actorText(here.who)}`;
    this.#change(
      (were) => without(were, findings),
      withdrawn.map((acknowledgement) => entryOf(this.#parts.clock.now(), acknowledgement, text)),
    );
  };

  readonly endAcknowledgements: AcknowledgementKeeper['endAcknowledgements'] = (ended) => {
    const over = ended.flatMap(({ finding, end }) => {
      const acknowledgement = acknowledgementOf(this.#known(), finding);
      return acknowledgement === undefined ? [] : [{ one: acknowledgement, end }];
    });
    if (over.length === 0) return;
    this.#change(
      (were) =>
        without(
          were,
          over.map(({ one }) => one.finding),
        ),
      over.map(({ one, end }) =>
        entryOf(this.#parts.clock.now(), one, endText(one.level, end), end.is === 'worse' ? end.level : 'ok'),
      ),
    );
  };

  #inOrder(step: () => Promise<void>): void {
    this.#queue
      .run(step)
      .catch((error: unknown) => this.#parts.say(`internal error: ${String(error)}`, 'warn'));
  }

  #known(): Acknowledgements {
    return this.#parts.cockpit.getState().acknowledged;
  }

  #why(error: unknown): string {
    return errorMessage(error);
  }

  /** Applies a change to the file and the store; without the file it lasts for this session. */
  #change(make: (known: Acknowledgements) => Acknowledgements, entries: readonly JournalEntry[]): void {
    const here = this.#parts.opened();
    if (here === undefined) return;
    // The screen shows it at once; the file may have to wait for another process.
    this.#parts.cockpit.setState((s) => ({
      acknowledged: make(s.acknowledged),
      ...withJournalChanges(s, entries),
    }));
    if (isDrill(here)) return;
    this.#inOrder(async () => {
      try {
        const stored = await this.#parts.file().update(here.profile, make);
        if (this.#parts.opened()?.profile === here.profile)
          this.#parts.cockpit.setState({ acknowledged: stored });
      } catch (error) {
        this.#parts.say(
          `cannot save the acknowledgements, so they last only for this session: ${this.#why(error)}`,
          'warn',
        );
      }
    });
  }

  #read(here: OpenedEnvironment): void {
    if (isDrill(here)) return;
    this.#inOrder(async () => {
      try {
        const { known: stored, problem } = await this.#parts.file().read(here.profile);
        if (problem !== undefined) this.#parts.say(problem, 'warn');
        if (this.#parts.opened()?.profile === here.profile)
          this.#parts.cockpit.setState({ acknowledged: stored });
      } catch (error) {
        this.#parts.say(`cannot read the acknowledgements: ${this.#why(error)}`, 'warn');
      }
    });
  }
}

/** Keeps acknowledgements: in the store, in the state directory, and as entries of the journal. */
export const createAcknowledgements = (parts: Parts): AcknowledgementKeeper =>
  new SharedAcknowledgements(parts);
