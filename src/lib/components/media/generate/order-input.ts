export type OrderInput = { input: Record<string, unknown> } | { problem: string };

/** What a model gets: the prompt, and what the JSON says beside it, whose own prompt comes first. */
export function orderInput(prompt: string, json: string): OrderInput {
  const more = parsed(json);
  if (more === undefined) return { problem: 'The input must be a JSON object, such as { "duration": "5" }.' };
  const input = { ...(prompt.trim() !== '' && { prompt: prompt.trim() }), ...more };
  return Object.keys(input).length > 0 ? { input } : { problem: 'Write a prompt.' };
}

function parsed(json: string): Record<string, unknown> | undefined {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
