/** How grave a line is, as loggers have it, the mildest first. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export type LogLevel = (typeof logLevels)[number];

/** A level as a number, for keeping a million of them: 0 is not known, 1 trace, 6 fatal. */
export const levelCode = (level: LogLevel | undefined): number =>
  level === undefined ? 0 : logLevels.indexOf(level) + 1;

export const levelOfCode = (code: number): LogLevel | undefined => logLevels[code - 1];
