import { byRest, type Format, levelWord } from './format.ts';

const behindLevel = /^[A-Z]{3,9} $/;

// Without a time: what basicConfig does.
const timeless = byRest('python', `^${levelWord}:(?<logger>[\\w.]+):(?<message>.*)$`);

/** Python's logging, as its own documentation, loguru, gunicorn and Django set it up. */
export const python: readonly Format[] = [
  byRest('python', `^ - (?<logger>[\\w.]+) - ${levelWord} - (?<message>.*)$`),
  byRest('python', `^ \\| ${levelWord}\\s*\\| (?<caller>[\\w.<>]+:[\\w<>]+:\\d+) - (?<message>.*)$`),
  byRest('python', `^\\s+\\[?${levelWord}\\]?:?\\s+(?<logger>[\\w.]+): (?<message>.*)$`),
  byRest('python', `^\\] \\[(?<pid>\\d+)\\] \\[${levelWord}\\] (?<message>.*)$`, /^\[$/),
  byRest('python', '^ (?<logger>[\\w.]+) (?<pid>\\d+) (?<thread>\\d+) (?<message>.*)$', behindLevel),
  (text) => (text.stamp === '' ? timeless(text) : undefined),
];
