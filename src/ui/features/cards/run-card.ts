import type { ExpiredLogin } from '../../../domain/runs/proposal.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Card } from '../../kit/components/card.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { awaitedApproval, renderApproverCard, renderAwaitingCard } from './approval-card.ts';
import { renderProposedCard } from './confirm-card.ts';
import { renderEndedCard } from './ended-card.ts';
import { renderParamCard, renderPlanningCard } from './param-card.ts';
import { renderRunningCard } from './running-card.ts';
import { renderCancelWindowCard } from './window-card.ts';

/** The expired login that blocks the run on the card. */
export const expiredLoginOf = (run: RunView): ExpiredLogin | undefined =>
  run.login ?? (run.stage === 'proposed' ? run.proposal?.refusal?.login : undefined);

const cardAt = (view: RenderContext, run: RunView): Card => {
  switch (run.stage) {
    case 'params':
      return renderParamCard(view, run);
    case 'diagnosing':
    case 'planning':
      return renderPlanningCard(view, run);
    case 'proposed':
      return renderProposedCard(view, run);
    case 'window':
      return renderCancelWindowCard(view, run);
    case 'running':
      return awaitedApproval(run) === undefined
        ? renderRunningCard(view, run)
        : renderAwaitingCard(view, run);
    case 'approving':
      return renderApproverCard(view, run);
    case 'ended':
      return renderEndedCard(view, run);
  }
};

/** Renders the card of a run for its stage. Its targets keep their real names, also in share mode. */
export const renderRunCard = (view: RenderContext, run: RunView): Card => {
  const names = run.proposal?.names ?? [];
  return cardAt(names.length === 0 ? view : { ...view, pen: view.pen.withUnmaskedNames(names) }, run);
};
