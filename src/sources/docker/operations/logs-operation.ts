import { z } from 'zod';
import { matchesOr } from '../../../domain/regex/matcher.ts';
import { compilePattern, matchedChars } from '../../../domain/regex/pattern.ts';
import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { createTimestampSplitter } from '../../../logs/reading/timestamped-log.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { declareOperation } from '../../kit/operations/define-operation.ts';
import { defineReadOperation } from '../../kit/operations/read-operation.ts';
import {
  containerSelectionShape,
  containerTarget,
  hasOneSelector,
  oneSelectorError,
  selectContainers,
} from '../containers/container-selection.ts';
import type { DockerContext } from '../daemon/daemon.ts';
import { dockerLogPath, readContainerLog } from '../logs/log-tail.ts';

const defaultLines = 200;

const zPattern = z.string().superRefine((pattern, context) => {
  const wrong = compilePattern(pattern);
  if (typeof wrong === 'string') context.addIssue({ code: 'custom', message: wrong });
});

const logsParams = z
  .strictObject({
    ...containerSelectionShape,
    lines: z
      .int()
      .min(1)
      .max(10_000)
      .default(defaultLines)
      .meta({ description: 'show this many of the last lines of each container' }),
    since: z
      .string()
      .refine((text) => parseDuration(text) !== undefined, {
        error: 'the value is not a duration: use 5m or 1h',
      })
      .meta({ description: 'only lines newer than this' })
      .exactOptional(),
    include: zPattern
      .meta({ description: 'regular expression that a line must match to be shown' })
      .exactOptional(),
  })
  .refine(hasOneSelector, oneSelectorError);

/** Stored in the plan for each log. */
const zEarlier = z.array(z.object({ path: z.string(), name: z.string(), isTerminal: z.boolean() }));

const declared = declareOperation({ name: 'logs', params: logsParams });

/** `logs`: reads the last lines of containers once. New lines belong to a tail. */
export const dockerLogs = defineReadOperation(declared, ({ daemon }: DockerContext) => ({
  plan: async (params, signal) => {
    const ago = params.since === undefined ? undefined : parseDuration(params.since);
    const from = {
      lines: params.lines,
      follow: false,
      ...(ago === undefined ? {} : { since: daemon.now() - ago }),
    };
    const containers = await selectContainers(daemon, params, signal);
    const targets = containers.map((container) =>
      containerTarget(daemon, params.service ?? container.name, container),
    );
    const logs = containers.map(({ id, name, hasTty: isTerminal }) => ({
      path: dockerLogPath(id, from, daemon.clock.offsetMs()),
      name,
      isTerminal,
    }));
    return {
      targets,
      calls: logs.map(({ path }, target) => ({ line: daemon.requestLine('GET', path), target })),
      objects: targets.map(({ where }) => `the log of ${where}`),
      earlier: logs,
    };
  },

  /** Uses the reading io: nothing is changed. */
  act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
    const { include } = plan.params;
    const pattern = include === undefined ? undefined : compilePattern(include);
    const logs = zEarlier.parse(plan.earlier);
    for (const { path, name, isTerminal } of logs) {
      const line = daemon.requestLine('GET', path);
      const lead = logs.length > 1 ? `${name}: ` : '';
      yield { is: 'call', line };
      const stamped = createTimestampSplitter();
      try {
        for await (const raw of readContainerLog(daemon, path, isTerminal, signal)) {
          const text = stripControls(stamped(raw).text);
          if (typeof pattern === 'object' && !matchesOr(pattern, text.slice(0, matchedChars), true)) continue;
          yield { is: 'output', text: secretMasker.mask(`${lead}${text}`) };
        }
        yield { is: 'answered', line, status: 'read', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: daemon.fault(path, error).message, ok: false };
      }
    }
  },
}));
