import type { Millis } from '../../domain/base/fault.ts';
import type { FeedState } from '../../domain/facts/reading.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { splitUse } from '../../domain/runbooks/operation.ts';
import type { VerifyStep } from '../../domain/runbooks/runbook.ts';
import { withReadableTitles } from '../../domain/runbooks/runbook.ts';
import type { CheckState } from '../../domain/runs/run.ts';
import { openReadIo } from '../../doors/read-io.ts';
import { buildSnapshot } from '../../store/snapshot.ts';
import type { ActiveRun } from '../context/run-context.ts';
import { questioned, readFingerprints, type SystemBaseline, withAnswered } from '../evidence/same-system.ts';
import type { VerificationBaseline, VerificationCheck } from '../evidence/verification-check.ts';
import { readActedSystems } from './acted-systems.ts';
import { createOperationCheck } from './operation-check.ts';
import { createPolledCheck } from './polled-check.ts';
import {
  checkContextOf,
  missingBaseline,
  readForChecks,
  type VerifyParts,
  verificationChecksOf,
} from './verify.ts';

/** Maximum time that the baseline may delay the first action. */
const longestMs: Millis = 10_000;

/**
 * Maps a response without the expected value, or without the object, to false. What could not be read stays unknown.
 */
const falseIfAnswered = (state: CheckState, check: VerificationCheck): CheckState =>
  state.value === 'unknown' && check.isAnswered() ? { ...state, value: 'false' } : state;

/** True: a reading since a time has answered in full. */
const hasAnswered = (state: FeedState | undefined, since: Millis): boolean =>
  state?.known !== undefined && state.known.began >= since && state.faults.length === 0;

const knownNow = ({ engine, clock }: VerifyParts): Snapshot =>
  buildSnapshot(engine.facts.getState(), clock.now());

/**
 * Reads every check once before anything is sent. A check that is already true proves nothing later, and changes show
 * by comparison. Checks not read within 10 s are unknown. Never rejects.
 */
const readBefore = async (
  parts: Omit<VerifyParts, 'actedAt' | 'before' | 'systems' | 'report' | 'renew'>,
  signal: AbortSignal,
): Promise<{ readonly before: VerificationBaseline; readonly systems: SystemBaseline }> => {
  const { verify, params, clock } = parts;
  if (verify === 'none' || verify.length === 0) return { before: missingBaseline, systems: new Map() };
  // A reading in this same millisecond counts: nothing has been sent yet.
  const since = clock.now() - 1;
  const all: VerifyParts = {
    ...parts,
    isBaseline: true,
    actedAt: since,
    before: undefined,
    report: async () => {},
  };
  const steps = withReadableTitles(verify, params).map(
    (step): VerifyStep => ({ ...step, withinMs: longestMs }),
  );
  const operations = new Map(
    steps.flatMap((step) =>
      step.use === undefined ? [] : [[step.id, createOperationCheck(step, params, all)]],
    ),
  );
  const checks = steps.map((step) => {
    const reading = operations.get(step.id);
    if (reading !== undefined) return createPolledCheck(step, reading, clock, since);
    return verificationChecksOf([step], all, since)[0];
  });
  const made = checks.filter((check) => check !== undefined);
  try {
    const named = steps.flatMap(({ use }) => (use === undefined ? [] : [splitUse(use).source]));
    const sources = [...named, ...made.flatMap(({ feeds }) => feeds.map(({ source }) => source))];
    // Asked at once, so that every connection is identified from then on, and again about all that has answered.
    const [read] = await Promise.all([
      readForChecks(made, all, signal),
      readFingerprints(questioned(sources, clock.now()), parts, signal),
    ]);
    const systems = await readFingerprints(questioned(sources, since), parts, signal);
    const sight = checkContextOf(all, read);
    const states = made.map((check) => falseIfAnswered(check.evaluate(sight), check));
    const results = [...operations].flatMap(([id, check]) => {
      const brought = check.found();
      return brought === undefined ? [] : [[id, brought] as const];
    });
    const answered = [
      ...made.flatMap(({ feeds }) => feeds).filter(({ id }) => hasAnswered(read.feeds[id], since)),
      ...steps.flatMap(({ id, use }) =>
        use !== undefined && operations.get(id)?.found() !== undefined ? [splitUse(use)] : [],
      ),
    ];
    return {
      before: { states, found: new Map(results), snapshot: sight.snapshot, known: knownNow(all) },
      systems: withAnswered(systems, new Set(answered.map(({ source }) => source))),
    };
  } finally {
    await Promise.all(made.map((check) => check.close?.()));
  }
};

/**
 * Reads the verification before anything is sent, keeps it with the run and writes it to the ledger. An undo is
 * verified by the restored state: only the identity of its systems is read.
 */
export const readBaseline = async (run: ActiveRun): Promise<undefined> => {
  const { pending, engine, clock, openIo, signal } = run;
  if (pending.undoing !== undefined) {
    const sources = pending.undoing.back.map(({ use }) => splitUse(use).source);
    pending.systems = await readFingerprints(questioned(sources, clock.now()), run, signal);
    return;
  }
  const { verify, params } = { verify: pending.runbook.verify, params: pending.params };
  const open = openIo ?? ((options) => openReadIo(clock, options));
  const [{ before, systems }, actedSystems] = await Promise.all([
    readBefore({ engine, clock, openIo: open, verify, params }, signal),
    readActedSystems(pending, run, signal),
  ]);
  pending.actedSystems = actedSystems;
  pending.before = before;
  pending.systems = systems;
  const { states } = before;
  if (states.length > 0) await run.recorder.note({ event: 'before', proofs: states });
};

/**
 * Reads the baseline again when a login was renewed since: what was denied then is readable now. Does nothing after the
 * first action.
 */
export const rereadBaseline = async (run: ActiveRun): Promise<boolean> => {
  if (run.hasActed || !run.hasRenewed) return false;
  run.hasRenewed = false;
  await readBaseline(run);
  return true;
};
