import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { type ActiveRun, canceledEnd, endUnlessArmed, ledgerFailureEnd } from '../context/run-context.ts';
import type { RunEnd } from '../context/run-end.ts';
import { clockInstant } from '../environment/clock-instant.ts';
import { approvalOf, approvalRuleFor, currentPlanHash } from './approval-check.ts';

/** Interval in which the ledger is read while a run waits. */
const everyMs: Millis = 1000;

/**
 * Requests the approval of another person for a confirmed plan, and waits until the ledger has it. Undefined: it is there,
 * or the run needs none. Otherwise the ending: refused, expired, canceled, not armed any more, or a ledger that cannot be
 * read.
 */
export const waitForApproval = async (run: ActiveRun): Promise<RunEnd | undefined> => {
  const { pending, checking, recorder, clock, signal, arming, mask } = run;
  const rule = approvalRuleFor(pending, checking);
  if (rule === undefined || (await checking.admission?.())?.is === 'break-glass') return undefined;
  const reasonNow = (): string | undefined => arming.state(clock.now()).reason;
  const armed = reasonNow();
  const plan = currentPlanHash(pending.proposal, mask, armed);
  pending.approval = { plan, requestedAt: clockInstant(clock), isConfirmed: false };
  const cockpit = checking.cockpit?.();
  const request = {
    ...({ event: 'approval-requested', plan, forMs: rule.forMs } as const),
    ...defined({ armed, cockpit }),
  };
  if (!(await recorder.must(request))) return ledgerFailureEnd(run);
  for (;;) {
    if (signal.aborted) return canceledEnd('while waiting for the approval of another person');
    const disarmed = endUnlessArmed(run);
    if (disarmed !== undefined) return disarmed;
    try {
      const verdict = await approvalOf(pending, rule, checking, reasonNow());
      if (verdict.is === 'approved') return undefined;
      if (verdict.is === 'ended')
        return { ending: 'forbidden', why: `the run is not approved: ${verdict.why}` };
    } catch (error) {
      return { ending: 'forbidden', why: `the approval cannot be read: ${errorMessage(error)}` };
    }
    await clock.sleep(everyMs, signal);
  }
};
