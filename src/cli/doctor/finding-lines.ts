import { defined } from '../../domain/base/defined.ts';
import { remedyFor, tellsOfFailedRead } from '../../engine/sources/fault-remedy.ts';
import type { Finding } from '../../sources/kit/contract/source.ts';

const reasonOf = (what: string): string => what.slice(what.lastIndexOf(': '));

const isRefusal = ({ ok, what }: Finding): boolean => !ok && tellsOfFailedRead(what);

/** A finding of a source of this type with the remedy for its reason, unless the source has given one. */
export const withRemedy = (finding: Finding, type: string): Finding => {
  if (finding.ok) return finding;
  const { what: message, remedy: own } = finding;
  const remedy = remedyFor({ message, ...defined({ remedy: own }) }, type);
  return remedy === undefined ? finding : { ...finding, remedy };
};

const wordOf = (finding: Finding): string => {
  if (finding.ok) return 'ok     ';
  return isRefusal(finding) ? 'FAILED ' : 'MISSING';
};

/** Lines of the findings of a source. Calls that failed for one reason are one line, with the number of the others. */
export const findingLines = (findings: readonly Finding[]): readonly string[] => {
  const told = new Set<string>();
  return findings.flatMap((finding) => {
    const { what, remedy } = finding;
    const reason = reasonOf(what);
    if (isRefusal(finding)) {
      if (told.has(reason)) return [];
      told.add(reason);
    }
    const others = findings.filter((other) => isRefusal(other) && reasonOf(other.what) === reason).length - 1;
    return [
      `    ${wordOf(finding)} ${what}${isRefusal(finding) && others > 0 ? `, like ${others} more` : ''}`,
      ...(remedy === undefined ? [] : [`            ${remedy}`]),
    ];
  });
};
