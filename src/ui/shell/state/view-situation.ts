import { defined } from '../../../domain/base/defined.ts';
import type { Dependencies } from '../../../domain/profile/dependencies.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import { environmentSituation } from '../../../store/environment-situation.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { wholePart } from './tracked-reads.ts';

const noDependencies: Dependencies = {};

/** The situation of the open environment, at the shown time; undefined while none is open. */
export const viewSituation = ({
  own,
  cockpit,
}: Pick<RenderContext, 'own' | 'cockpit'>): SituationSummary | undefined => {
  if (own === undefined) return undefined;
  const { dependencies = noDependencies, sentences } = cockpit.open ?? {};
  // The situation is kept by its snapshot, which a memoized computation sees through a proxy.
  return environmentSituation(wholePart(own.snapshot), own.facts, {
    dependencies,
    ...defined({ sentences }),
  });
};
