/* softmax(q k) v of one query a head over a cache in bfloat16; compiled when first needed (one_token.py).

   The compiler is told W, how wide a head is, so that all loops over w become a few vectors, and SCALE, which
   is 1 / sqrt(W). */

#include <stdint.h>
#include <string.h>

#define HIDDEN -1e30f /* the score of what is not seen */

static inline float widened(uint16_t half) {
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* e^x of x <= 0, to within 2e-7 of it, or 1e-37 where it is less; the C library's would not become vectors
   everywhere. e^x = 2^n e^f, where n, a whole number, is added to the float's exponent, and |f| is at most
   ln(2) / 2. */
static inline float exponential(float x) {
    float doublings = (x > -85.0f ? x : -85.0f) * 1.44269504f;
    int32_t n = (int32_t)(doublings - 0.5f), bits;
    float f = (doublings - (float)n) * 0.693147181f;
    float power = 1 + f * (1 + f / 2 * (1 + f / 3 * (1 + f / 4 * (1 + f / 5 * (1 + f / 6)))));
    memcpy(&bits, &power, sizeof bits);
    bits += n * (1 << 23);
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* y[W] for one q[W] over keys and values [slots][W], from `first` on, of which those that are `seen` count. */
static void attend(const float *restrict q, const uint16_t *restrict k, const uint16_t *restrict v,
                   const uint8_t *restrict seen, long first, long slots, float *restrict weights,
                   float *restrict y) {
    float largest = HIDDEN, total = 0, even[W] = {0}, odd[W] = {0}, scaled[W];
    for (int w = 0; w < W; w++) scaled[w] = q[w] * SCALE;
    while (first < slots && !seen[first]) first++;
    for (long s = first; s < slots; s++) {
        float score = 0;
        for (int w = 0; w < W; w++) score += scaled[w] * widened(k[s * W + w]);
        weights[s] = seen[s] ? score : HIDDEN;
        largest = weights[s] > largest ? weights[s] : largest;
    }
    for (long s = first; s < slots; s++) {
        weights[s] = exponential(weights[s] - largest);
        total += weights[s];
    }
    long s = first;
    for (; s + 1 < slots; s += 2) /* two sums, so that one addition need not wait for the one before */
        for (int w = 0; w < W; w++) {
            even[w] += weights[s] * widened(v[s * W + w]);
            odd[w] += weights[s + 1] * widened(v[(s + 1) * W + w]);
        }
    if (s < slots)
        for (int w = 0; w < W; w++) even[w] += weights[s] * widened(v[s * W + w]);
    for (int w = 0; w < W; w++) y[w] = (even[w] + odd[w]) / total;
}

/* Query heads `begin` to `end` of all rows': q and y [rows][heads * group][W], one after the other.
   The first `near` heads see no more than the last `window` slots. Strides are in numbers; the slots of one
   head lie one after the other. weights: room for `slots` numbers. */
void attend_heads(long begin, long end, long heads, long group, long near, long window, long slots,
                  const float *q, const uint16_t *k, long k_row, long k_head, const uint16_t *v, long v_row,
                  long v_head, const uint8_t *seen, long seen_row, float *weights, float *y) {
    for (long at = begin; at < end; at++) {
        long head = at / group % heads, row = at / (group * heads);
        long first = head < near && slots > window ? slots - window : 0;
        attend(q + at * W, k + row * k_row + head * k_head, v + row * v_row + head * v_head,
               seen + row * seen_row, first, slots, weights, y + at * W);
    }
}
