import { byRest, type Format, levelWord } from './format.ts';
import { pairsIn } from './pairs.ts';

const line = new RegExp(
  `^\\s+${levelWord}\\s+(?:(?<thread>ThreadId\\(\\d+\\)|[\\w-]+)\\s+(?=\\S+?: ))?(?<spans>(?:[\\w.-]+(?:\\{[^}]*\\})?:(?=[^\\s:]))*(?:[\\w.-]+\\{[^}]*\\}: )?)(?<target>[a-z_]\\w*(?:::\\w+)*): (?<message>.*)$`,
  's',
);

/** Rust's tracing: '2026-03-04T10:15:07.123456Z  INFO request{uri=/x}: billing::psp: message k=v'. */
export const tracing: Format = ({ before, rest, stamp }) => {
  if (before !== '' || stamp[10] !== 'T') return undefined;
  const { thread, spans = '', target, message = '' } = line.exec(rest)?.groups ?? {};
  if (target === undefined) return undefined;
  const names = [...spans.matchAll(/([\w.-]+)(?=\{|:)/g)].map(([name]) => name);
  return {
    format: 'tracing',
    message,
    fields: [
      ['logger', target],
      ['thread', thread],
      ['spans', names.join(':')],
      ...pairsIn(spans.replaceAll(/[{}]/g, ' ')),
    ],
  };
};

/** Rust's env_logger: '[2026-03-04T10:15:07Z INFO  billing::psp] message'. */
export const envLogger = byRest(
  'tracing',
  `^\\s+${levelWord}\\s+(?<logger>[\\w:]+)\\] (?<message>.*)$`,
  /^\[$/,
);
