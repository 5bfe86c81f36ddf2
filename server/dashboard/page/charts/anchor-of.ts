/** A label at the edge of a picture is written inwards. */
export function anchorOf(x: number, width: number): 'start' | 'middle' | 'end' {
  if (x < 60) return 'start';
  return x > width - 60 ? 'end' : 'middle';
}
