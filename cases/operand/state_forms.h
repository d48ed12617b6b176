/* Instructions that load and store the state of x87 and SSE; and stores of 10 bytes. What MXCSR is loaded with is 0: it has reserved bits. */
#ifdef CODE16
#define ENVIRONMENT_BYTES "14"
#define AREA_BYTES "94"
#else
#define ENVIRONMENT_BYTES "28"
#define AREA_BYTES "108"
#endif

#define CONTROL(M)                                   \
    "op fldcw, 2, fldcw word ptr " M "\n"            \
    "op_of 7, ldmxcsr, 4, ldmxcsr dword ptr " M "\n" \
    "op stmxcsr, 4, stmxcsr dword ptr " M "\n"       \
    "op fbstp, 10, fbstp tbyte ptr " M "\n"          \
    "op fstp_80, 10, fstp tbyte ptr " M "\n"
#define AREAS(M)                                         \
    "op fldenv, " ENVIRONMENT_BYTES ", fldenv " M "\n"   \
    "op frstor, " AREA_BYTES ", frstor " M "\n"          \
    "op fnstenv, " ENVIRONMENT_BYTES ", fnstenv " M "\n" \
    "op fnsave, " AREA_BYTES ", fnsave " M "\n"
#define FX_AREAS(M)                        \
    "op_of 8, fxrstor, 0, fxrstor " M "\n" \
    "op fxsave, 0, fxsave " M "\n" IF64("op_of 8, fxrstor64, 0, fxrstor64 " M "\nop fxsave64, 0, fxsave64 " M "\n")
BY_BOTH(control, CONTROL)
BY_BOTH(areas, AREAS)
BY_BOTH(fx_areas, FX_AREAS)

/* With AM=1 and AC=1, FXSAVE and FXRSTOR raise #GP or #AC, as the model does (SDM 3A "Interrupt 17-Alignment Check Exception (#AC)"). */
VARIANTS(IN_EACH_STATE("control", control, "FLDCW, LDMXCSR, STMXCSR, stores of 10 bytes, of memory", "sse"),
         IN_EACH_STATE("area", areas, "FLDENV, FRSTOR, FNSTENV, FNSAVE of memory", "i486"),
         ROW_ODD("fx", fx_areas_data, "FXRSTOR and FXSAVE of memory", "fxsr"),
         IN_ALIGNED_STATES("fx", fx_areas, "FXRSTOR and FXSAVE of memory", "fxsr"));
