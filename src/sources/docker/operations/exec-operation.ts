import { z } from 'zod';
import { argvLine } from '../../../domain/argv.ts';
import { stripControls } from '../../../domain/controls.ts';
import type { ActEvent, Plan } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import type { ChangeIo } from '../../../io/io.ts';
import { masker } from '../../../io/secrets.ts';
import { statusText } from '../../../io/status.ts';
import { statusOf } from '../../found-status.ts';
import { passwordsIn } from '../../secret-text.ts';
import type { Operation } from '../../source.ts';
import { field, number, text } from '../../wire-value.ts';
import { zDockerName } from '../config.ts';
import type { Daemon } from '../daemon.ts';
import { daemonWords } from '../daemon-words.ts';
import { framesOf } from '../logs/frames.ts';
import { linesOfFrames } from '../logs/lines.ts';
import { chosenContainers, driftOfContainers, targetOf } from './chosen.ts';

export const execParams = z.strictObject({
  container: zDockerName.meta({ description: 'in which container' }),
  argv: z
    .array(z.string())
    .min(1)
    .meta({ description: 'the program in the container and its arguments; no shell' }),
});

/** What the plan keeps: where each program is ordered. */
const zEarlier = z.array(z.string());

/** `exec`: runs a program in a container. What it changes only the runbook's author knows: the step says its danger. */
export const execOperation = (daemon: Daemon): Operation => ({
  name: 'exec',
  danger: () => 'as-step',

  /** Its danger is the least that it can be: what it truly is, only the runbook's step knows. */
  plan: async (given, signal): Promise<Plan> => {
    const { container, argv } = execParams.parse(given);
    for (const secret of passwordsIn(argv.join(' '))) masker.add(secret);
    const found = await chosenContainers(daemon, { container }, signal);
    const down = found.find(({ state }) => state !== 'running');
    if (down !== undefined)
      throw new PlanError('not-applicable', `${down.name} does not run: it is ${down.state}`);
    const targets = found.map((one) => targetOf(daemon, one.name, one));
    const paths = found.map(({ id }) => `/containers/${id}/exec`);
    const body = masker.mask(JSON.stringify(bodyOf(argv)));
    return {
      use: `${daemon.source}.exec`,
      danger: 'safe',
      targets,
      calls: paths.map((path, target) => ({ line: daemon.line('POST', path), body, target })),
      objects: targets.map(
        ({ where, saw }) => `${masker.mask(argvLine(argv))} in container ${where}: ${saw}`,
      ),
      lost: 'what this program changes is not known to opsdeck: it offers no undo, and once begun it ends by itself',
      params: given,
      earlier: paths,
    };
  },

  recheck: (plan, signal) => {
    const { container } = execParams.parse(plan.params);
    return driftOfContainers(daemon, plan, { container }, signal);
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const { argv } = execParams.parse(plan.params);
    for (const path of zEarlier.parse(plan.earlier)) {
      const line = daemon.line('POST', path);
      yield { is: 'call', line };
      const made = await daemon.send(change, { method: 'POST', path, body: bodyOf(argv) }, signal);
      const id = made.status === 201 ? text(field(made.json(), 'Id')) : undefined;
      if (id === undefined || !/^[0-9a-f]+$/.test(id)) {
        const status = `${statusText(made.status)}: ${daemonWords(made)}`;
        yield { is: 'answered', line, status, ok: false };
        return;
      }
      yield* runOf(daemon, { id, line }, change, signal);
    }
  },
});

const bodyOf = (argv: readonly string[]) => ({ AttachStdout: true, AttachStderr: true, Cmd: argv });

/** Starts what was ordered, and tells what it says and how it ended. */
async function* runOf(
  daemon: Daemon,
  { id, line }: { readonly id: string; readonly line: string },
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const start = { method: 'POST', path: `/exec/${id}/start`, body: { Detach: false, Tty: false } } as const;
  let fate = 'whether the program was started is not known';
  try {
    const answer = await daemon.sendStream(change, start, signal);
    if (answer.status !== 200) {
      const said = await answer.text();
      const words = daemonWords({ text: said, json: () => JSON.parse(said) });
      yield { is: 'answered', line, status: `${statusText(answer.status)}: ${words}`, ok: false };
      return;
    }
    fate = 'the program goes on in the container';
    for await (const said of linesOfFrames(framesOf(answer.chunks), { stamped: false }))
      yield { is: 'output', text: masker.mask(stripControls(said.replace(/\r$/, ''))) };
    fate = 'how the program ended is not known';
    const { code, ...end } = await endOf(daemon, id, signal);
    yield* statusOf(code === undefined ? {} : { status: code });
    yield { is: 'answered', line, ...end };
  } catch (error) {
    const why = daemon.fault(start.path, error, start.method).message;
    yield { is: 'answered', line, status: `${why}; ${fate}`, ok: false };
  }
}

/** How it ended. One that gave its outputs away may run on. */
const endOf = async (
  daemon: Daemon,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly status: string; readonly ok: boolean; readonly code?: number }> => {
  const page = await daemon.json(`/exec/${id}/json`, signal);
  const status = number(field(page, 'ExitCode'));
  if (field(page, 'Running') === true || status === undefined)
    return { status: 'it says no more, and still runs', ok: false };
  return { status: `ended with status ${status}`, ok: status === 0, code: status };
};
