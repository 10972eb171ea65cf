import { errorMessage } from '../../domain/text/error-message.ts';
import { openAtomicFile } from '../../platform/files/atomic-file.ts';
import { readRecordingText } from '../../platform/files/recording-file.ts';
import { processTerminal } from '../../platform/terminal/terminal.ts';
import { parsePosition } from '../../ui/features/replay/position.ts';
import { formatElapsed } from '../../ui/kit/text/format.ts';
import { parseRecording, type Recording, type RecordingCut } from '../../ui/shell/recording/recording.ts';
import { RecordingError } from '../../ui/shell/recording/recording-error.ts';
import { hasScreenTerminal } from '../cockpit/cockpit.ts';
import { colorsOf } from '../cockpit/terminal-colors.ts';
import { UsageError } from '../command/exit-code.ts';
import { hasLightGround } from '../command/process-env.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import type { ReplayFlags } from './flags.ts';

/** Exit code of an export that could not be written. */
const unwrittenExit = 1;

/** Reads and parses a recording. Throws a UsageError that names the line. */
const readRecording = async (path: string): Promise<Recording> => {
  let text: string;
  try {
    text = await readRecordingText(path);
  } catch (error) {
    throw new UsageError(
      `cannot read recording ${path}: ${errorMessage(error)}. Name a file that opsdeck record has written`,
    );
  }
  try {
    return parseRecording(text);
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new UsageError(`${path}:${error.line}: ${error.why}. Use a file that opsdeck record has written.`);
  }
};

/** Returns the missing end of a recording; undefined if it is complete. */
const missingEnd = ({ tornLine, isComplete }: Recording): string | undefined => {
  if (tornLine !== undefined)
    return `the recording was interrupted: line ${tornLine} is incomplete, and the end is missing`;
  return isComplete ? undefined : 'the recording was interrupted: the end is missing';
};

const positionIn = (recording: Recording, option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const time = parsePosition(text, recording);
  if (time === undefined)
    throw new UsageError(`cannot use ${option} ${text}: not a time. Write 12m30s, 14:05 or 14:05:30.`);
  if (time > recording.durationMs)
    throw new UsageError(
      `cannot use ${option} ${text}: the recording ends after ${formatElapsed(recording.durationMs)}. Write an earlier time.`,
    );
  return time;
};

const cutOf = (recording: Recording, { from, to }: ReplayFlags): RecordingCut => {
  const cut = {
    fromMs: positionIn(recording, '--from', from) ?? 0,
    toMs: positionIn(recording, '--to', to) ?? recording.durationMs,
  };
  if (cut.fromMs >= cut.toMs && recording.durationMs > 0)
    throw new UsageError(
      'cannot export the recording: --from must be before --to. Exchange them, or correct one.',
    );
  return cut;
};

const exported = async (recording: Recording, cut: RecordingCut, format: 'asciicast' | 'html') =>
  format === 'html'
    ? (await import('../../ui/shell/recording/export/html-page.ts')).htmlPage(recording, cut)
    : (await import('./asciicast.ts')).asciicastLines(recording, cut);

const exportTo = async (
  { options, output, context }: Invocation<ReplayFlags>,
  recording: Recording,
  path: string,
): Promise<number> => {
  const { signal } = new AbortController();
  try {
    const file = await openAtomicFile(path, false, signal);
    try {
      for (const part of await exported(recording, cutOf(recording, options), options.export ?? 'html'))
        await file.write(Buffer.from(context.masker.mask(part)));
      await file.commit();
    } catch (error) {
      await file.abort();
      throw error;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    output.error(`opsdeck: cannot export the recording: ${errorMessage(error)}`);
    return unwrittenExit;
  }
  output.error(`exported ${path}`);
  return 0;
};

/** `opsdeck replay`: plays a recording in the terminal, or exports it. */
export const replay: SubCommand<ReplayFlags> = async (call) => {
  const { args, options, global, context, output, cockpit } = call;
  const [path = '', out] = args;
  if (options.export === undefined && out !== undefined)
    throw new UsageError(
      `unexpected argument ${out}. To export the recording, add --export asciicast or --export html.`,
    );
  if (options.export !== undefined && out === undefined)
    throw new UsageError(
      `--export ${options.export} needs an output file: opsdeck replay FILE --export FORMAT OUT.`,
    );
  const recording = await readRecording(path);
  const notice = missingEnd(recording);
  if (out !== undefined) {
    const code = await exportTo(call, recording, out);
    if (notice !== undefined) output.error(`opsdeck: the recording was ${notice}`);
    return code;
  }
  if (options.to !== undefined) throw new UsageError('--to needs --export.');
  if (!hasScreenTerminal(cockpit) || cockpit.host !== undefined)
    throw new UsageError(
      'cannot play the recording: stdin or stdout is not a terminal. Use --export asciicast or --export html instead.',
    );
  const { startPlayer } = await import('../../ui/features/replay/start-player.ts');
  await startPlayer({
    title: path,
    recording: () => recording,
    notice,
    at: positionIn(recording, '--from', options.from) ?? 0,
    clock: context.clock,
    ascii: global.ascii,
    color: colorsOf(global, context.processEnv),
    light: hasLightGround(context.processEnv),
    host: processTerminal(),
  });
  return 0;
};
