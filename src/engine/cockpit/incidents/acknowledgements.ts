import type { StoreApi } from 'zustand/vanilla';
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
  ...(row === undefined ? {} : { row }),
});

const endText = (was: Level, end: AcknowledgementEnd): string =>
  `acknowledgement ended: ${end.is === 'gone' ? 'resolved' : `${was.toUpperCase()} → ${end.level.toUpperCase()}`}`;

const without = (known: Acknowledgements, findings: readonly string[]): Acknowledgements => {
  const removed = new Set([...findings, ...findings.map(findingDigest)]);
  return Object.fromEntries(Object.entries(known).filter(([finding]) => !removed.has(finding)));
};

/** Keeps acknowledgements: in the store, in the state directory, and as entries of the journal. */
export const createAcknowledgements = ({
  cockpit,
  clock,
  file,
  opened,
  say,
}: Parts): AcknowledgementKeeper => {
  const queue = createSerialQueue();
  const inOrder = (step: () => Promise<void>): void => {
    queue.run(step).catch((error: unknown) => say(`internal error: ${String(error)}`, 'warn'));
  };

  const known = (): Acknowledgements => cockpit.getState().acknowledged;
  const why = (error: unknown): string => errorMessage(error);

  /** Applies a change to the file and the store; without the file it lasts for this session. */
  const change = (
    make: (known: Acknowledgements) => Acknowledgements,
    entries: readonly JournalEntry[],
  ): void => {
    const here = opened();
    if (here === undefined) return;
    // The screen shows it at once; the file may have to wait for another process.
    cockpit.setState((s) => ({ acknowledged: make(s.acknowledged), ...withJournalChanges(s, entries) }));
    if (isDrill(here)) return;
    inOrder(async () => {
      try {
        const stored = await file().update(here.profile, make);
        if (opened()?.profile === here.profile) cockpit.setState({ acknowledged: stored });
      } catch (error) {
        say(`acknowledgements are not saved, only this session has them: ${why(error)}`, 'warn');
      }
    });
  };

  const read = (here: OpenedEnvironment): void => {
    if (isDrill(here)) return;
    inOrder(async () => {
      try {
        const { known: stored, problem } = await file().read(here.profile);
        if (problem !== undefined) say(problem, 'warn');
        if (opened()?.profile === here.profile) cockpit.setState({ acknowledged: stored });
      } catch (error) {
        say(`cannot read the acknowledgements: ${why(error)}`, 'warn');
      }
    });
  };

  return {
    open: (here) => read(here),
    reload: () => {
      const here = opened();
      if (here !== undefined) read(here);
    },
    settled: queue.settled,
    acknowledge: (findings, note) => {
      const here = opened();
      if (here === undefined || findings.length === 0) return;
      const time = clock.now();
      const who = actorText(here.who);
      const made = findings.map(
        (finding: AcknowledgedFinding): Acknowledgement => ({
          ...finding,
          who,
          at: time + clock.wallOffset(),
          note,
        }),
      );
      const text = `acknowledged by ${who}${note === '' ? '' : `: ${note}`}`;
      change(
        (were) => ({
          ...were,
          ...Object.fromEntries(made.map((acknowledgement) => [acknowledgement.finding, acknowledgement])),
        }),
        made.map((acknowledgement) => entryOf(time, acknowledgement, text)),
      );
    },
    withdrawAcknowledgements: (findings) => {
      const here = opened();
      const withdrawn = findings.flatMap((finding) => acknowledgementOf(known(), finding) ?? []);
      if (here === undefined || withdrawn.length === 0) return;
      const text = `acknowledgement withdrawn by ${actorText(here.who)}`;
      change(
        (were) => without(were, findings),
        withdrawn.map((acknowledgement) => entryOf(clock.now(), acknowledgement, text)),
      );
    },
    endAcknowledgements: (ended) => {
      const over = ended.flatMap(({ finding, end }) => {
        const acknowledgement = acknowledgementOf(known(), finding);
        return acknowledgement === undefined ? [] : [{ one: acknowledgement, end }];
      });
      if (over.length === 0) return;
      change(
        (were) =>
          without(
            were,
            over.map(({ one }) => one.finding),
          ),
        over.map(({ one, end }) =>
          entryOf(clock.now(), one, endText(one.level, end), end.is === 'worse' ? end.level : 'ok'),
        ),
      );
    },
  };
};
