import { z } from 'zod';
import type { Danger, Interruption } from '../../../domain/runbooks/operation.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import type { Container } from '../containers/container.ts';
import {
  containerSelectionShape,
  hasOneSelector,
  oneSelectorError,
} from '../containers/container-selection.ts';

const maxGraceMs = 10 * 60_000;

const plainParams = z.strictObject(containerSelectionShape).refine(hasOneSelector, oneSelectorError);

const stopParams = z
  .strictObject({
    ...containerSelectionShape,
    grace: z
      .string()
      .refine((text) => (parseDuration(text) ?? -1) >= 0 && (parseDuration(text) ?? 0) <= maxGraceMs, {
        error: 'not a duration of at most 10m: use 30s or 2m',
      })
      .meta({
        description:
          'time that the container has to stop before SIGKILL (default: stop_grace_period of the container, otherwise 30s)',
      })
      .exactOptional(),
  })
  .refine(hasOneSelector, oneSelectorError);

const killParams = z
  .strictObject({
    ...containerSelectionShape,
    signal: z
      .string()
      .regex(/^(SIG)?[A-Z][A-Z0-9+]{1,9}$/, { error: 'not a signal name: use SIGTERM, SIGKILL or SIGHUP' })
      .default('SIGKILL')
      .meta({ description: 'signal' }),
  })
  .refine(hasOneSelector, oneSelectorError);

/** All parameters of the container verbs. */
export type VerbParams = {
  readonly container?: string;
  readonly service?: string;
  readonly grace?: string;
  readonly signal?: string;
};

/** Properties of one container verb. */
export interface ContainerVerb {
  readonly danger: Danger;
  readonly params: z.ZodType<VerbParams>;
  query(params: VerbParams, container: Container): string;
  /** Filters the containers it applies to; absent: all. */
  readonly appliesTo?: (container: Container) => boolean;
  readonly lost?: string;
  /** Its effect on the service of the containers; undefined: the service keeps running. */
  interrupts(params: VerbParams): Interruption['does'] | undefined;
  /** The verb that reverts it, if any. */
  undo(params: VerbParams): 'start' | 'stop' | undefined;
}

/** A process killed during its shutdown loses data that it was still writing. */
const minGraceSeconds = 30;

const graceQuery = ({ grace }: VerbParams, { stopTimeoutSeconds: stopSeconds = 0 }: Container): string => {
  const graceMs = grace === undefined ? undefined : parseDuration(grace);
  const seconds = graceMs === undefined ? Math.max(minGraceSeconds, stopSeconds) : Math.ceil(graceMs / 1000);
  return `?t=${seconds}`;
};

/** Signals that end a process which does not handle them. */
const isDeadly = (signal: string): boolean => /^(SIG)?(KILL|TERM|INT|QUIT|ABRT)$/.test(signal);

export const containerVerbs = {
  start: {
    danger: 'safe',
    params: plainParams,
    query: () => '',
    interrupts: () => 'starts',
    undo: () => 'stop',
  },
  stop: {
    danger: 'disruptive',
    params: stopParams,
    query: graceQuery,
    interrupts: () => 'stops',
    undo: () => 'start',
  },
  restart: {
    danger: 'disruptive',
    params: stopParams,
    query: graceQuery,
    lost: 'data in the memory of the container is lost',
    interrupts: () => 'restarts',
    undo: () => undefined,
  },
  kill: {
    danger: 'disruptive',
    params: killParams,
    query: ({ signal = 'SIGKILL' }) => `?signal=${encodeURIComponent(signal)}`,
    appliesTo: ({ state }) => state === 'running' || state === 'paused' || state === 'restarting',
    lost: 'the program loses all data that is not written yet',
    interrupts: ({ signal = 'SIGKILL' }) => (isDeadly(signal) ? 'stops' : undefined),
    undo: ({ signal = 'SIGKILL' }) => (isDeadly(signal) ? 'start' : undefined),
  },
} as const satisfies Readonly<Record<string, ContainerVerb>>;

export type VerbName = keyof typeof containerVerbs;
