import type { DrillResult } from '../../domain/drills/drill-record.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { formatBytes } from '../../domain/text/format.ts';
import { withMessage } from '../../engine/cockpit/environment/messages.ts';
import { openRecordingFile, type RecordingFile } from '../../platform/files/recording-file.ts';
import { formatElapsed } from '../../ui/kit/text/format.ts';
import { watchJournal } from '../../ui/shell/recording/journal-marks.ts';
import { createScreenRecorder } from '../../ui/shell/recording/screen-recorder.ts';
import { hasScreenTerminal } from '../cockpit/cockpit.ts';
import { UsageError } from '../command/exit-code.ts';
import { opsdeckVersion } from '../command/package-root.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import type { WatchScreen } from '../opening/watch-screen.ts';

/** Exit code of a recording that lacks its end. */
const incompleteExit = 1;

/** Records a screen into a file. The frames are masked as on the screen; `file` reports its own failure. */
const recordInto =
  (file: RecordingFile, failures: (listener: (why: string) => void) => void): WatchScreen =>
  ({ cockpit, clock, options, frames }) => {
    const recorder = createScreenRecorder({
      clock,
      sink: { write: file.write },
      version: opsdeckVersion,
      env: options.env,
      shared: options.share,
    });
    cockpit.setState({ isRecording: true });
    failures((why) =>
      cockpit.setState((state) => ({
        ...withMessage(state, clock.now(), 'warn', `the recording has ended: ${why}`),
        isRecording: false,
      })),
    );
    const stops = [frames.listen(recorder.painted), watchJournal(cockpit, clock.now, recorder.mark)];
    return {
      close: async () => {
        for (const stop of stops) stop();
        recorder.end();
      },
    };
  };

const openFile = async (path: string, ended: (problem: Error) => void): Promise<RecordingFile> => {
  try {
    return await openRecordingFile(path, { ended });
  } catch (error) {
    const why = errorMessage(error);
    throw new UsageError(`cannot record into ${why}`, 'Choose another file.');
  }
};

/** `opsdeck record`: opens the cockpit and records its screen. */
export const record: SubCommand<object> = async ({ args, global, context, output, cockpit }) => {
  const [path = ''] = args;
  if (!hasScreenTerminal(cockpit)) {
    const { reportNoTerminal } = await import('../cockpit/no-terminal.ts');
    throw await reportNoTerminal(context);
  }
  if (context.processEnv.INK_SCREEN_READER === 'true')
    throw new UsageError('cannot record the plain text for screen readers. Unset INK_SCREEN_READER.');
  let failed: (why: string) => void = () => {};
  const file = await openFile(path, (problem) => failed(problem.message));
  const startedAt = context.clock.now();
  let drill: DrillResult | undefined;
  let code: number;
  try {
    code = await cockpit.openCockpit(
      global,
      (result) => {
        drill = result;
      },
      recordInto(file, (listener) => {
        failed = listener;
      }),
    );
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
  if (drill !== undefined) {
    const { scoreLines } = await import('../opening/score-lines.ts');
    output.lines(scoreLines(drill));
  }
  try {
    await file.close();
  } catch (error) {
    output.error(`opsdeck: the recording is incomplete: ${errorMessage(error)}`);
    return code === 0 ? incompleteExit : code;
  }
  output.error(
    `recorded ${path}: ${formatElapsed(context.clock.now() - startedAt)}, ${formatBytes(file.sizeBytes())}`,
  );
  return code;
};
