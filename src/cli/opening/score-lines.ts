import { type DrillResult, scoreCard } from '../../domain/drills/drill-record.ts';

/** Lays out rows in columns. The last column is not padded. */
export const tableLines = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** The score card of a drill as lines of text. */
export const scoreLines = ({ record, best }: DrillResult): readonly string[] => {
  const card = scoreCard(record, best);
  const met = (isMet: boolean | undefined): string =>
    isMet === undefined ? '' : isMet ? ': met' : ': missed';
  return [
    `DRILL ${record.system}/${record.env} ${record.incident}: ${card.outcome}`,
    `  ${record.title}`,
    ...tableLines([
      ['', '', card.best === '' ? '' : "team's best", ''],
      ...card.rows.map(({ label, value, best: other, target, isMet }) => [
        label,
        value,
        other,
        target === '' ? '' : `${target}${met(isMet)}`,
      ]),
    ])
      .filter((line) => line !== '')
      .map((line) => `  ${line}`),
    `  gates: ${card.gates}`,
    ...card.wrongTurns.map((text) => `  wrong turn: ${text}`),
    `  score: ${card.total}`,
    `  best: ${card.best === '' ? 'none before this drill' : card.best}`,
    ...(record.seed === undefined
      ? []
      : [`  to repeat this choice: opsdeck drill --random --seed ${record.seed}`]),
  ];
};
