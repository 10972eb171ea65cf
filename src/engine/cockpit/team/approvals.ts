import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../../../domain/base/fault.ts';
import { baseRunbookId } from '../../../domain/runbooks/runbook.ts';
import { requestsToAnswer, type WaitingApproval } from '../../../domain/runs/approval.ts';
import type { PresentCockpit } from '../../../domain/team/presence.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { ApprovalAnswer, ApprovalDesk } from '../../../runs/approvals/answer-approval.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import { newRunView } from '../../../store/run-view.ts';
import type { OpenedEnvironment } from '../environment/cockpit-parts.ts';
import { placeholderRunbook } from '../runs/run-history.ts';
import { createRequesters } from './requesters.ts';

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now' | 'wallNow'>;
  opened(): Pick<OpenedEnvironment, 'profile' | 'approvals'> | undefined;
  say(text: string, level?: 'ok' | 'warn'): void;
}

/** Requests for approval on the screen. */
interface CockpitApprovals {
  /** Reads the requests of the open environment again. */
  reload(): void;
  /** Removes those that have expired. */
  everySecond(): void;
  /** Notes the cockpits of the team, as read at that time or later; undefined: unknown. */
  presenceRead(present: readonly PresentCockpit[] | undefined, readAt: Millis): void;
  readonly commands: Pick<Commands, 'openApproval' | 'approveRun' | 'refuseRun'>;
}

/** Shows the runs that wait for another person, and records the answers of this one. Sends nothing to any target. */
export const createApprovals = ({ cockpit, clock, opened, say }: Parts): CockpitApprovals => {
  const wall = (): number => clock.wallNow();
  const requesters = createRequesters(clock);
  let announced: ReadonlySet<string> = new Set();
  let readingOf = 0;
  let isAnswering = false;
  let problem: string | undefined;

  const show = (found: CockpitState['approvals']): void => {
    const approvals = found === undefined ? undefined : requesters.mark(found);
    cockpit.setState({ approvals });
    const open = requestsToAnswer(approvals ?? []);
    for (const { run, proposal } of open)
      if (!announced.has(run)) say(`run waiting for approval: ${proposal.title}`, 'warn');
    announced = new Set(open.map(({ run }) => run));
  };

  const read = async (): Promise<void> => {
    const turn = ++readingOf;
    const desk = opened()?.approvals;
    if (desk === undefined) {
      if (cockpit.getState().approvals !== undefined) show(undefined);
      return;
    }
    try {
      const waiting = await desk.waiting();
      if (turn !== readingOf || opened()?.approvals !== desk) return;
      problem = undefined;
      show(waiting);
    } catch (error) {
      if (turn !== readingOf || opened()?.approvals !== desk) return;
      // Unknown is not none: a request that was shown stays, and its answer is refused if it is over.
      if (problem !== errorMessage(error))
        say(`cannot read requests for approval: ${errorMessage(error)}`, 'warn');
      problem = errorMessage(error);
    }
  };

  const openApproval = (id?: string) => {
    const { approvals = [], run } = cockpit.getState();
    if (run !== undefined && run.stage !== 'ended' && run.stage !== 'approving')
      return say('close the card of your run first, or answer with opsdeck approvals', 'warn');
    const open = requestsToAnswer(approvals);
    const request = id === undefined ? open[0] : open.find((waitingApproval) => waitingApproval.run === id);
    if (request === undefined) return say('no run waits for your approval', 'warn');
    const { proposal } = request;
    const runbook = opened()?.profile.runbooks.find(
      (candidate) => candidate.id === baseRunbookId(proposal.runbook),
    );
    cockpit.setState({
      run: {
        ...newRunView(runbook ?? placeholderRunbook(proposal), 'approving'),
        ...{ params: proposal.params, proposal, approval: { request } },
      },
    });
  };

  /** The shown request. */
  const shown = (): NonNullable<RunView['approval']> | undefined => {
    const { run } = cockpit.getState();
    return run?.stage === 'approving' ? run.approval : undefined;
  };

  const answer = async (
    done: string,
    give: (
      desk: ApprovalDesk,
      request: NonNullable<RunView['approval']>['request'],
    ) => Promise<ApprovalAnswer>,
  ): Promise<void> => {
    const desk = opened()?.approvals;
    const request = shown()?.request;
    // A second key press must not record a second answer.
    if (desk === undefined || request === undefined || isAnswering) return;
    isAnswering = true;
    const given = await give(desk, request)
      .catch(
        (error: unknown): ApprovalAnswer => ({ is: 'refused', why: `not recorded: ${errorMessage(error)}` }),
      )
      .finally(() => {
        isAnswering = false;
      });
    const isShown = shown()?.request === request;
    if (given.is === 'recorded') {
      if (isShown) cockpit.setState(({ run: _, ...rest }) => rest, true);
      say(`${done}: ${request.proposal.title}`);
    } else if (isShown)
      cockpit.setState(({ run }) =>
        run === undefined ? {} : { run: { ...run, approval: { request, problem: given.why } } },
      );
    else say(`not ${done}: ${given.why}`, 'warn');
    await read();
  };

  return {
    reload: () => void read(),
    everySecond: () => {
      const { approvals } = cockpit.getState();
      const valid = approvals?.filter(({ until }) => wall() <= until);
      if (valid !== undefined && valid.length !== approvals?.length) show(valid);
    },
    presenceRead: (present, readAt) => {
      requesters.seen(present, readAt);
      const { approvals = [] } = cockpit.getState();
      const marked = requesters.mark(approvals);
      const isSame = ({ requesterGone: gone }: WaitingApproval, index: number): boolean =>
        (gone === undefined) === (approvals[index]?.requesterGone === undefined);
      if (!marked.every(isSame)) cockpit.setState({ approvals: marked });
    },
    commands: {
      openApproval,
      approveRun: (typed) => void answer('approved', (desk, { run, plan }) => desk.approve(run, typed, plan)),
      refuseRun: (why) => void answer('refused', (desk, { run }) => desk.stop(run, why)),
    },
  };
};
