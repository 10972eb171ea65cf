import { errorMessage } from '../../../domain/text/error-message.ts';

const reported = new Set<string>();

/** The message of any thrown value, in one line. */
export const errorLine = (error: unknown): string =>
  errorMessage(error).replaceAll(/\s+/g, ' ').trim() || 'no message';

/**
 * Reports an error in the code of opsdeck or of a plugin, from which the cockpit recovers: as a warning of the process,
 * which the debug log records with its stack. Each message is reported once per place.
 */
export const reportInternalError = (place: string, error: unknown): void => {
  const message = `${place}: ${errorLine(error)}`;
  if (reported.has(message)) return;
  reported.add(message);
  const warning = new Error(message, { cause: error });
  warning.name = 'InternalError';
  if (error instanceof Error && error.stack !== undefined) warning.stack = `${message}\n${error.stack}`;
  process.emitWarning(warning);
};
