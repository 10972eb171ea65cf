import { join } from 'node:path';
import { type DebugLog, openDebugLog } from '../../platform/files/debug-log.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { createOutputSink } from '../../platform/terminal/sink.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Output } from './output.ts';
import { stateDirOf } from './process-env.ts';

/** The log without `--debug`: discards everything. */
const nothing: DebugLog = { write: () => {} };

/**
 * Opens the debug log (`opsdeck.log` in the state directory) with `--debug`. Node's warnings go there, because on
 * stderr they would overwrite the screen.
 */
export const startDebugging = (global: GlobalOptions, output: Output): DebugLog => {
  const path = join(stateDirOf(global, process.env), 'opsdeck.log');
  const log = global.debug
    ? openDebugLog(path, createOutputSink(secretMasker).text, (why) =>
        output.error(`opsdeck: cannot write the debug log: ${why}. Continuing without a log`),
      )
    : nothing;
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.write(`warning ${warning.stack ?? warning.message}`));
  process.on('uncaughtExceptionMonitor', (error) => log.write(`crash ${error.stack ?? error.message}`));
  return log;
};
