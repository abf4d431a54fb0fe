#include "value/occasion.h"

Occasion occasion_unknown(void) {
    return (Occasion){.minute = -1};
}
