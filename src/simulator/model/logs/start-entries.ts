import type { Millis } from '../../../domain/fault.ts';
import type { Entry, LogFormat } from './entry.ts';
import { linesOfEntry } from './format.ts';

/** A process that is started. */
interface Started {
  readonly name: string;
  readonly version: string;
  readonly format: LogFormat;
  /** What is in its JAVA_TOOL_OPTIONS. */
  readonly options?: string | undefined;
}

const isJava = ({ format }: Started): boolean => format === 'spring' || format === 'logstash';

const told = ({ format, name }: Started, entries: readonly Entry[]): readonly string[] =>
  entries.flatMap((entry) => linesOfEntry(format, name, entry));

/** What a process writes first. */
export const startingLines = (of: Started, at: Millis): readonly string[] => {
  const { name, version, options } = of;
  if (!isJava(of))
    return told(of, [
      { at, level: 'INFO', logger: 'main', message: 'starting', fields: { version, go: 'go1.24.6' } },
      {
        at,
        level: 'DEBUG',
        logger: 'main',
        message: 'configuration read',
        fields: { source: 'environment' },
      },
    ]);
  return [
    ...(options === undefined ? [] : [`Picked up JAVA_TOOL_OPTIONS: ${options}`]),
    ...told(of, [
      {
        at,
        level: 'INFO',
        logger: 'Main',
        message: `Starting ${name} v${version} using Java 24.0.2 with PID 1 (/app/app.jar started by app in /app)`,
      },
      { at, level: 'INFO', logger: 'Main', message: 'The following 1 profile is active: "prod"' },
    ]),
  ];
};

/** What it writes when it can answer. */
export const startedLines = (of: Started, at: Millis): readonly string[] =>
  told(
    of,
    isJava(of)
      ? [
          {
            at,
            level: 'INFO',
            logger: 'o.s.b.w.embedded.tomcat.TomcatWebServer',
            message: "Tomcat started on port 8080 (http) with context path '/'",
          },
          {
            at,
            level: 'INFO',
            logger: 'Main',
            message: `Started ${of.name} in 1.312 seconds (process running for 1.498)`,
          },
        ]
      : [{ at, level: 'INFO', logger: 'main', message: 'ready', fields: { port: 8080 } }],
  );
