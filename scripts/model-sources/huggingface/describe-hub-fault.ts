import { HubApiError } from '@huggingface/hub';

/** What the hub's library throws of an answer that is a refusal, or none of the hub's API; null for all else. */
export function describeHubFault(error: unknown): string | null {
  if (error instanceof HubApiError) return describeRefusal(error);
  if (error instanceof SyntaxError || error instanceof TypeError) {
    return `the hub's answer is not the JSON of its API: ${error.message}`;
  }
  return null;
}

/** The same for the listing, on which all models depend: with what may be set wrong. */
export function describeListingFault(error: unknown, endpoint: string): string {
  const reason = describeHubFault(error) ?? (error instanceof Error ? error.message : String(error));
  const advice = error instanceof HubApiError && error.statusCode === 401 ? '; check HF_TOKEN' : '';
  return `${reason}${advice} (HF_ENDPOINT is ${endpoint})`;
}

/** The library ends its messages with the address, which the reader of a list of models can do without. */
function describeRefusal(error: HubApiError): string {
  return `the hub answers ${error.statusCode}: ${error.message.replace(/\. URL: .*$/s, '')}`;
}
