import { countOf, type Fate, type Report, type SuiteCount, totalOf } from './report.ts';

const headings = ['SERVER', 'VERSION', 'TIER', 'STARTED', 'SUITES', 'TESTS'];

/** The end of a run: a row per server, the suites below, and `N passed, N failed` alone on the last line. */
export const tableText = (reports: readonly Report[]): string => {
  const rows = [headings, ...reports.map(rowOf)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const { passed, failed } = totalOf(reports);
  return [...lines, '', ...reports.flatMap(suiteLines), '', `${passed} passed, ${failed} failed`].join('\n');
};

const rowOf = (report: Report): readonly string[] => {
  const { name, version, tier, fate } = report;
  const { passed, failed } = countOf(report);
  const suites = fate.is === 'tested' ? fate.suites : [];
  const good = suites.filter((suite) => suite.failed === 0).length;
  return [
    name,
    version,
    tier,
    startedText(fate),
    ...(fate.is === 'tested' ? [`${good}/${suites.length - good}`, `${passed}/${failed}`] : []),
  ];
};

const startedText = (fate: Fate): string => {
  switch (fate.is) {
    case 'tested':
      return `${fate.readyMs} ms`;
    case 'used':
      return `${fate.readyMs} ms, for others`;
    case 'skipped':
      return `skipped: because ${fate.why}`;
    case 'broken':
      return `DID NOT START: ${fate.why}`;
    case 'not-run':
      return `NOT RUN: ${fate.why}`;
    case 'installed':
      return 'installed';
    case 'other-tier':
      return 'not in this tier';
  }
};

/** Result lines of a server: its suites, or its output if it failed to start. */
const suiteLines = ({ name, fate }: Report): readonly string[] => {
  if (fate.is === 'tested') return fate.suites.map((suite) => `${name}: ${suiteText(suite)}`);
  return fate.is === 'broken' ? (fate.output ?? []).map((line) => `${name}: ${line}`) : [];
};

const suiteText = ({ name, passed, failed }: SuiteCount): string =>
  `${name} ${passed} passed${failed === 0 ? '' : `, ${failed} FAILED`}`;
