import { join } from 'node:path';
import { type DebugLog, openDebugLog } from '../platform/files/debug-log.ts';
import { masker } from '../platform/terminal/secrets.ts';
import { createSink } from '../platform/terminal/sink.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Output } from './output.ts';
import { stateDirOf } from './places.ts';

/** Without `--debug` nothing is kept. */
const nothing: DebugLog = { write: () => {} };

/**
 * The log of this process (`opsdeck.log` in the state directory, with `--debug`). Node's warnings go there from now on:
 * on stderr they would be drawn over the screen.
 */
export const startDebugging = (global: GlobalOptions, output: Output): DebugLog => {
  const path = join(stateDirOf(global, process.env), 'opsdeck.log');
  const log = global.debug
    ? openDebugLog(path, createSink(masker).text, (why) => output.error(`opsdeck: no debug log: ${why}`))
    : nothing;
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.write(`warning ${warning.stack ?? warning.message}`));
  process.on('uncaughtExceptionMonitor', (error) => log.write(`crash ${error.stack ?? error.message}`));
  return log;
};
