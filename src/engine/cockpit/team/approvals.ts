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

class RunApprovals implements CockpitApprovals {
  readonly #parts: Parts;
  readonly #requesters;
  #announced: ReadonlySet<string> = new Set();
  #readingOf = 0;
  #isAnswering = false;
  #problem: string | undefined;
  readonly commands: CockpitApprovals['commands'];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#requesters = createRequesters(parts.clock);
    this.commands = {
      openApproval: this.#openApproval,
      approveRun: (typed) =>
        void this.#answer('approved', (desk, { run, plan }) => desk.approve(run, typed, plan)),
      refuseRun: (why) => void this.#answer('refused', (desk, { run }) => desk.stop(run, why)),
    };
  }

  readonly reload: CockpitApprovals['reload'] = () => void this.#read();

  everySecond(): void {
    const { approvals } = this.#parts.cockpit.getState();
    const valid = approvals?.filter(({ until }) => this.#wall() <= until);
    if (valid !== undefined && valid.length !== approvals?.length) this.#show(valid);
  }

  presenceRead(present: readonly PresentCockpit[] | undefined, readAt: Millis): void {
    this.#requesters.seen(present, readAt);
    const { approvals = [] } = this.#parts.cockpit.getState();
    const marked = this.#requesters.mark(approvals);
    const isSame = ({ requesterGone: gone }: WaitingApproval, index: number): boolean =>
      (gone === undefined) === (approvals[index]?.requesterGone === undefined);
    if (!marked.every(isSame)) this.#parts.cockpit.setState({ approvals: marked });
  }

  #wall(): number {
    return this.#parts.clock.wallNow();
  }

  #show(found: CockpitState['approvals']): void {
    const approvals = found === undefined ? undefined : this.#requesters.mark(found);
    this.#parts.cockpit.setState({ approvals });
    const open = requestsToAnswer(approvals ?? []);
    for (const { run, proposal } of open)
      if (!this.#announced.has(run)) this.#parts.say(`run waiting for approval: ${proposal.title}`, 'warn');
    this.#announced = new Set(open.map(({ run }) => run));
  }

  async #read(): Promise<void> {
    const turn = ++this.#readingOf;
    const desk = this.#parts.opened()?.approvals;
    if (desk === undefined) {
      if (this.#parts.cockpit.getState().approvals !== undefined) this.#show(undefined);
      return;
    }
    try {
      const waiting = await desk.waiting();
      if (turn !== this.#readingOf || this.#parts.opened()?.approvals !== desk) return;
      this.#problem = undefined;
      this.#show(waiting);
    } catch (error) {
      if (turn !== this.#readingOf || this.#parts.opened()?.approvals !== desk) return;
      // Unknown is not none: a request that was shown stays, and its answer is refused if it is over.
      if (this.#problem !== errorMessage(error))
        this.#parts.say(`cannot read requests for approval: ${errorMessage(error)}`, 'warn');
      this.#problem = errorMessage(error);
    }
  }

  readonly #openApproval = (id?: string) => {
    const { approvals = [], run } = this.#parts.cockpit.getState();
    if (run !== undefined && run.stage !== 'ended' && run.stage !== 'approving')
      return this.#parts.say('close the card of your run first, or answer with opsdeck approvals', 'warn');
    const open = requestsToAnswer(approvals);
    const request = id === undefined ? open[0] : open.find((waitingApproval) => waitingApproval.run === id);
    if (request === undefined) return this.#parts.say('no run is waiting for your approval', 'warn');
    const { proposal } = request;
    const runbook = this.#parts
      .opened()
      ?.profile.runbooks.find((candidate) => candidate.id === baseRunbookId(proposal.runbook));
    this.#parts.cockpit.setState({
      run: {
        ...newRunView(runbook ?? placeholderRunbook(proposal), 'approving'),
        ...{ params: proposal.params, proposal, approval: { request } },
      },
    });
  };

  /** The shown request. */
  #shown(): NonNullable<RunView['approval']> | undefined {
    const { run } = this.#parts.cockpit.getState();
    return run?.stage === 'approving' ? run.approval : undefined;
  }

  async #answer(
    done: string,
    give: (
      desk: ApprovalDesk,
      request: NonNullable<RunView['approval']>['request'],
    ) => Promise<ApprovalAnswer>,
  ): Promise<void> {
    const desk = this.#parts.opened()?.approvals;
    const request = this.#shown()?.request;
    // A second key press must not record a second answer.
    if (desk === undefined || request === undefined || this.#isAnswering) return;
    this.#isAnswering = true;
    const given = await give(desk, request)
      .catch(
        (error: unknown): ApprovalAnswer => ({
          is: 'refused',
          why: `your answer was not recorded: ${errorMessage(error)}`,
        }),
      )
      .finally(() => {
        this.#isAnswering = false;
      });
    const isShown = this.#shown()?.request === request;
    if (given.is === 'recorded') {
      if (isShown) this.#parts.cockpit.setState(({ run: _, ...rest }) => rest, true);
      this.#parts.say(`${done}: ${request.proposal.title}`);
    } else if (isShown)
      this.#parts.cockpit.setState(({ run }) =>
        run === undefined ? {} : { run: { ...run, approval: { request, problem: given.why } } },
      );
    else this.#parts.say(`not ${done}: ${given.why}`, 'warn');
    await this.#read();
  }
}

/** Shows the runs that wait for another person, and records the answers of this one. Sends nothing to any target. */
export const createApprovals = (parts: Parts): CockpitApprovals => new RunApprovals(parts);
