/** Silences an alert, as a colleague does in Alertmanager. */
export const silence = async (url: string, alertname: string): Promise<void> => {
  const now = Date.now();
  await fetch(`${url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + 3_600_000).toISOString(),
      createdBy: 'another user',
      comment: 'too loud',
    }),
  });
};
