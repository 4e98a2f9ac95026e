#include "tests/crash/crash.h"
void others_play(void) {}
