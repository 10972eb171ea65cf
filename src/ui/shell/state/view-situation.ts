import { defined } from '../../../domain/base/defined.ts';
import type { Dependencies } from '../../../domain/profile/dependencies.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import { environmentSituation } from '../../../store/environment-situation.ts';
import type { RenderContext } from '../contract/render-context.ts';

const noDependencies: Dependencies = {};

/** The situation of the open environment, at the shown time; undefined while none is open. */
export const viewSituation = ({
  own,
  cockpit,
}: Pick<RenderContext, 'own' | 'cockpit'>): SituationSummary | undefined => {
  if (own === undefined) return undefined;
  const { dependencies = noDependencies, sentences } = cockpit.open ?? {};
  return environmentSituation(own.snapshot, own.facts, {
    dependencies,
    ...defined({ sentences }),
  });
};
