/** Log levels as loggers define them, the least severe first. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Encodes a level as a number, to store millions of them: 0 is unknown, 1 trace, 6 fatal. */
export const levelCode = (level: LogLevel | undefined): number =>
  level === undefined ? 0 : logLevels.indexOf(level) + 1;

export const levelOfCode = (code: number): LogLevel | undefined => logLevels[code - 1];
