import { headOf } from '../../model/checkout/checkout.ts';
import type { Repository } from '../../model/spec/repository.ts';
import type { Handler } from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { githubHandler } from './api.ts';

/** The repository of an environment now; its main branch and secrets are those of the checkout, if it has one. */
const repositoryOf = (view: SimulatorContext): Repository | undefined => {
  const { parts } = view.model.environmentAt(view.env, view.clock.now());
  const { ci, checkout } = parts;
  if (ci === undefined) return undefined;
  const toWall = (time: number): number => view.model.toClock(time) + view.clock.wallOffset();
  return ci.repositoryAt(
    toWall,
    checkout === undefined ? {} : { head: headOf(checkout), secretDays: checkout.secretDays },
  );
};

/** GitHub for the repository of an environment that has one. */
export const githubOf = (view: SimulatorContext): Handler => {
  let handler: Handler | undefined;
  return (ask) => {
    const repository = repositoryOf(view);
    if (repository === undefined) return { status: 404, json: { message: 'Not Found' } };
    handler ??= githubHandler(repository, view.clock);
    return handler(ask);
  };
};
