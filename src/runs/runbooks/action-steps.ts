import type { ActStep, Runbook } from '../../domain/runbooks/runbook.ts';
import type { RunbookDiagnostic } from './diagnostic.ts';

const holdsEach = (tree: unknown): boolean => {
  if (typeof tree === 'string') return tree.includes('${each}');
  return typeof tree === 'object' && tree !== null && Object.values(tree).some(holdsEach);
};

/** `${each}` is the value of an iteration, and has no meaning outside a loop. */
export const strayEach = (path: string, tree: unknown): readonly RunbookDiagnostic[] =>
  holdsEach(tree)
    ? [{ path, what: '${each} is used outside a loop', todo: 'write each: PARAMETER on the step' }]
    : [];

const loopOf = (step: ActStep, path: string, { params }: Runbook): readonly RunbookDiagnostic[] => {
  if (step.each === undefined) {
    const pause: readonly RunbookDiagnostic[] =
      step.pauseMs === undefined
        ? []
        : [
            {
              path: `${path}.pause`,
              what: 'the key pause works only in loops',
              todo: 'write each: PARAMETER, or remove pause',
            },
          ];
    return [...pause, ...strayEach(`${path}.title`, step.title), ...strayEach(`${path}.with`, step.with)];
  }
  const spec = params.find(({ name }) => name === step.each);
  if (spec?.type === 'choices') return [];
  const several = params.filter(({ type }) => type === 'choices').map(({ name }) => name);
  const hint =
    several.length === 0 ? 'add a parameter of type choices' : `write one of ${several.join(', ')}`;
  const what =
    spec === undefined
      ? `no parameter is called ${step.each}`
      : `${step.each} has type ${spec.type}. A loop needs type choices`;
  return [
    { path: `${path}.each`, what, todo: spec === undefined ? hint : `write type: choices, or: ${hint}` },
  ];
};

const limitOf = (step: ActStep, path: string): readonly RunbookDiagnostic[] =>
  step.manual === true && step.timeoutMs !== undefined
    ? [
        {
          path: `${path}.timeout`,
          what: 'timeout has no effect on a manual step',
          todo: 'remove timeout, or write use',
        },
      ]
    : [];

/** Checks the loop and the limits of an action step. */
export const actDiagnostics = (runbook: Runbook): readonly RunbookDiagnostic[] =>
  runbook.act.flatMap((step, i) => [...loopOf(step, `act[${i}]`, runbook), ...limitOf(step, `act[${i}]`)]);
