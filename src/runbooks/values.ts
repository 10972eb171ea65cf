/** Values of a runbook's parameters, checked and of their own type. A duration stays as it was written: '30s'. */
export type Values = Readonly<Record<string, string | number | boolean>>;
