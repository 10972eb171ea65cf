import type { Millis } from '../../../src/domain/base/fault.ts';
import type { Environment } from '../../../src/simulator/model/environment.ts';
import type { World } from './world.ts';

type Machines = NonNullable<Environment['parts']['hosts']>['machines'];

const machinesOf = ({ parts }: Environment): Machines => parts.hosts?.machines ?? [];

/** The failed and the waiting runs of CI are deleted. A rerun would be another attempt of the same run. */
export const loseCiRuns = ({ model, clock, env }: World): number => {
  const toWall = (time: Millis): Millis => model.toClock(time) + clock.wallOffset();
  const repository = env.parts.ci?.repositoryAt(toWall);
  if (repository === undefined) return 0;
  const now = toWall(env.now);
  const bad = repository.runs.filter((run) => {
    const { conclusion, status } = repository.state(run, now);
    return status !== 'completed' || conclusion !== 'success';
  });
  repository.runs.splice(0, repository.runs.length, ...repository.runs.filter((run) => !bad.includes(run)));
  return bad.length;
};

/** The messages of dead-letter queues expire: their retention is over, and nobody has processed them. */
export const expireDeadLetters = ({ parts: { aws } }: Environment): number => {
  const targets = new Set((aws?.spec.queues ?? []).flatMap(({ dlq }) => dlq?.name ?? []));
  const full = [...targets]
    .flatMap((name) => aws?.queues.queue(name) ?? [])
    .filter(({ visible }) => visible.length > 0);
  for (const queue of full) queue.visible.length = 0;
  return full.length;
};

/** The unit of one machine works again, and that of another one stops. */
export const moveUnits = (env: Environment): number => {
  const machines = machinesOf(env);
  const bad = machines.find(({ isBroken }) => isBroken);
  const other = machines.find((machine) => machine !== bad && !machine.isBroken);
  if (bad === undefined || other === undefined) return 0;
  bad.heal(env.now);
  other.inject({ stopped: true }, env.now);
  return 1;
};

const panic = { message: 'index out of bounds', at: 'src/main.rs:1' };

/** systemd starts the failed units again, and they fail after a while. */
export const restartUnits = ({ env, later }: World, returnsMs: Millis): number => {
  const bad = machinesOf(env).filter(({ unit }) => unit.state !== 'active');
  for (const machine of bad) {
    machine.heal(env.now);
    later(returnsMs, () => machine.inject({ panic }, env.now));
  }
  return bad.length;
};
