import type { Tier } from '../../domain/profile/profile.ts';
import type { Interruption } from '../../domain/runbooks/operation.ts';
import { joinFirst, pluralize } from '../../domain/text/count-text.ts';
import { answerFlag } from './answer-flags.ts';
import { asks, type CheckRuling, forbids, passes } from './ruling.ts';
import { isStricter } from './tiers.ts';

/** An instance of a service as last read. */
export interface InstanceHealth {
  readonly name: string;
  /** False: it is known to be down. Undefined: its state is unknown. */
  readonly isHealthy: boolean | undefined;
}

/** Effect of one step on the instances of a service. */
export interface ServiceStep extends Pick<Interruption, 'does' | 'service'> {
  /** Every instance of the service. Undefined: they could not be read. */
  readonly instances: readonly InstanceHealth[] | undefined;
  /** Names of the instances that the step affects. */
  readonly affected: readonly string[];
}

/** On a developer's machine, and in development, a service may stop. */
export const protectsLastInstance = (tier: Tier): boolean => isStricter(tier, 'dev');

/** The step that leaves its service without a healthy instance. */
interface LastInstance {
  readonly service: string;
  readonly names: readonly string[];
  readonly does: 'stops' | 'restarts';
  /** Instances whose state is unknown: they may or may not be healthy. */
  readonly unknown: number;
}

/** True for a restart of every instance of a service: it is down until they are back. */
const isWholeRestart = ({ does, instances, affected }: ServiceStep): boolean =>
  does === 'restarts' &&
  instances !== undefined &&
  instances.length > 0 &&
  instances.every(({ name }) => affected.includes(name));

const key = (service: string, name: string): string => `${service}\n${name}`;

/**
 * Finds the first step that takes the last healthy instance of a service. Instances stopped by an earlier step stay down;
 * those started or restarted by one count as healthy, because the step itself is checked again before it is sent.
 * A restart of every instance is none: the service is back with them, and with a single instance there is no other way.
 */
const lastInstanceIn = (steps: readonly ServiceStep[]): LastInstance | 'unknown' | undefined => {
  const assumed = new Map<string, boolean>();
  let isUnknown = false;
  for (const { does, service, instances, affected } of steps) {
    if (instances === undefined) {
      isUnknown ||= does !== 'starts';
      continue;
    }
    const health = (instanceHealth: InstanceHealth): boolean | undefined =>
      assumed.get(key(service, instanceHealth.name)) ?? instanceHealth.isHealthy;
    const taken = instances.filter(({ name }) => affected.includes(name));
    const left = instances.filter(({ name }) => !affected.includes(name));
    const takesService = taken.some((instanceHealth) => health(instanceHealth) !== false);
    const comesBack = does === 'restarts' && left.length === 0;
    const isTaking = does !== 'starts' && takesService && !comesBack;
    if (isTaking && left.every((instanceHealth) => health(instanceHealth) !== true))
      return {
        service,
        names: taken.map(({ name }) => name),
        does,
        unknown: left.filter((instanceHealth) => health(instanceHealth) === undefined).length,
      };
    for (const name of affected) assumed.set(key(service, name), does !== 'stops');
  }
  return isUnknown ? 'unknown' : undefined;
};

/** 'a, b, c and 4 more'; the count takes the place of a name. */
const listed = (names: readonly string[]): string => joinFirst(names, names.length > 4 ? 3 : 4);

const words = ({ service, names, does, unknown }: LastInstance): string => {
  const shown = listed(names);
  const doing = does === 'stops' ? 'stops' : 'restarts';
  const others = unknown === 0 ? '' : `; ${pluralize(unknown, 'other')} in unknown state`;
  return names.length === 1
    ? `${doing} ${shown}, the last healthy instance of ${service}: this would be a total outage${others}`
    : `${doing} every healthy instance of ${service} (${shown}): this would be a total outage${others}`;
};

/**
 * Checks that a service keeps a healthy instance. Forbids the run otherwise, unless the operator overrides that with a
 * reason. `overridden`: the reason, given for this very check.
 */
export const outageRulings = (
  steps: readonly ServiceStep[],
  tier: Tier,
  overridden: string | undefined,
): readonly CheckRuling[] => {
  if (!protectsLastInstance(tier) || steps.every(({ does }) => does === 'starts')) return [];
  const last = lastInstanceIn(steps);
  if (last === 'unknown') {
    const why = 'the other instances of the service could not be read: this may be a total outage';
    return [forbidden(why, overridden)];
  }
  if (last !== undefined) return [forbidden(words(last), overridden)];
  const whole = steps.filter(isWholeRestart).map(({ service }) => service);
  const services = listed([...new Set(whole.length > 0 ? whole : steps.map(({ service }) => service))]);
  const why =
    whole.length > 0
      ? `${services}: down until restarted, because this restarts every instance`
      : `no service loses its last healthy instance (${services})`;
  return [passes('outage', why)];
};

const forbidden = (why: string, overridden: string | undefined): CheckRuling =>
  overridden === undefined
    ? forbids(
        'outage',
        why,
        `restore another instance first, or override this gate with a reason ${answerFlag.allowOutage}`,
      )
    : asks('outage', `${why}. Overridden: ${overridden}`);
