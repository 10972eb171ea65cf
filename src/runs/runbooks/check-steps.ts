import type { ActStep, Expect, Runbook, VerifyStep } from '../../domain/runbook.ts';
import { valueProblem } from '../../expressions/expect.ts';
import { paramsIn } from './bind.ts';
import type { RunbookComplaint } from './complaint.ts';

const holdsEach = (tree: unknown): boolean => {
  if (typeof tree === 'string') return tree.includes('${each}');
  return typeof tree === 'object' && tree !== null && Object.values(tree).some(holdsEach);
};

/** `${each}` is the value of a turn: where nothing goes round it is nothing. */
const strayEach = (path: string, tree: unknown): readonly RunbookComplaint[] =>
  holdsEach(tree)
    ? [{ path, what: '${each} stands outside a loop', todo: 'write each: PARAMETER on the step' }]
    : [];

const loopOf = (step: ActStep, path: string, { params }: Runbook): readonly RunbookComplaint[] => {
  if (step.each === undefined) {
    const pause: readonly RunbookComplaint[] =
      step.pauseMs === undefined
        ? []
        : [
            {
              path: `${path}.pause`,
              what: 'pause is between two of a loop',
              todo: 'write each: PARAMETER, or remove it',
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
      ? `there is no parameter ${step.each}`
      : `${step.each} is one ${spec.type}, and a loop goes over choices`;
  return [
    { path: `${path}.each`, what, todo: spec === undefined ? hint : `write type: choices, or: ${hint}` },
  ];
};

const limitOf = (step: ActStep, path: string): readonly RunbookComplaint[] =>
  step.manual === true && step.timeoutMs !== undefined
    ? [{ path: `${path}.timeout`, what: 'a person is not ended', todo: 'remove timeout, or write use' }]
    : [];

/** What an act step says of its loop and its limits that cannot be. */
export const actComplaints = (runbook: Runbook): readonly RunbookComplaint[] =>
  runbook.act.flatMap((step, i) => [...loopOf(step, `act[${i}]`, runbook), ...limitOf(step, `act[${i}]`)]);

/** Where `expect` compares, values of the run may stand; a pattern and the place of a value are the author's alone. */
const strayParams = (expect: Expect, path: string): readonly RunbookComplaint[] =>
  Object.entries(expect).flatMap(([key, part]) => {
    const [name] = key === 'value' || key === 'json' ? [] : paramsIn(part);
    return name === undefined
      ? []
      : [
          {
            path: `${path}.${key}`,
            what: `${key} takes no parameter`,
            todo: 'write it out, or compare with value or json',
          },
        ];
  });

const expectOf = (step: VerifyStep, path: string): readonly RunbookComplaint[] => {
  const { expect } = step;
  if (expect === undefined) return [];
  return [...strayParams(expect, path), ...comparedIn(expect, path)];
};

const comparedIn = (expect: Expect, path: string): readonly RunbookComplaint[] => {
  const { column, value, path: place, change } = expect;
  if (place !== undefined && change === undefined)
    return [
      {
        path: `${path}.path`,
        what: 'path says what has changed, and no change is expected',
        todo: 'write change',
      },
    ];
  if (value === undefined)
    return column === undefined || change !== undefined
      ? []
      : [
          {
            path: `${path}.column`,
            what: 'column says which value is meant, and none is expected',
            todo: 'write value',
          },
        ];
  const wrong = valueProblem(value);
  return wrong === undefined ? [] : [{ path: `${path}.value`, what: wrong, todo: '' }];
};

/** What a proof by reading expects that cannot be. */
export const expectComplaints = ({ verify }: Runbook): readonly RunbookComplaint[] =>
  (verify === 'none' ? [] : verify).flatMap((step, i) => [
    ...expectOf(step, `verify[${i}].expect`),
    ...strayEach(`verify[${i}].with`, step.with),
    ...strayEach(`verify[${i}].expect`, step.expect),
  ]);

/** The word for a loop's value cannot be a parameter's name as well. */
export const nameComplaints = ({ params }: Runbook): readonly RunbookComplaint[] =>
  params.some(({ name }) => name === 'each')
    ? [{ path: 'params.each', what: '${each} is the value of a turn of a loop', todo: 'name it otherwise' }]
    : [];
